// Sends events with the unmodified @segment/analytics-node: HOST KEY COUNT PREFIX [SKEW_MS].
// With a skew the device's clock is wrong by as much, as far as the SDK can tell.
const [host, writeKey, count, prefix, skew] = process.argv.slice(2)

const RealDate = Date
if (skew) {
  const wrong = Number(skew)
  globalThis.Date = class extends RealDate {
    constructor(...given) {
      if (given.length === 0) {
        super(RealDate.now() + wrong)
      } else {
        super(...given)
      }
    }
    static now() {
      return RealDate.now() + wrong
    }
  }
}

const { Analytics } = await import('@segment/analytics-node')
const failures = []
let delivered = 0
const analytics = new Analytics({
  writeKey,
  host,
  flushAt: 20,
  flushInterval: 200,
  maxRetries: 1000,
  httpRequestTimeout: 3000,
})
analytics.on('error', (failure) => failures.push(String(failure.reason ?? failure.code)))

function sent(err) {
  if (err) {
    failures.push(String(err))
  } else {
    delivered++
  }
}

analytics.identify({ userId: prefix, anonymousId: `${prefix}-anonymous`, traits: { plan: 'pro' } }, sent)
for (let i = 0; i < Number(count); i++) {
  analytics.track(
    {
      userId: prefix,
      event: 'Counted',
      properties: { n: i },
      context: { device: { id: `${prefix}-device` }, app: { version: '1.2.3' }, sessionId: `${prefix}-session` },
    },
    sent,
  )
  await new Promise((resolve) => setTimeout(resolve, 10))
}
await analytics.closeAndFlush({ timeout: 120_000 })
console.log(JSON.stringify({ delivered, failures }))
