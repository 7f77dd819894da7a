// Verifies a call with the JavaScript library of Standard Webhooks.
// node webhook.mjs <secret> <base64 of the body> <id> <timestamp> <signature>
import { Webhook } from 'standardwebhooks'

const [secret, body, id, timestamp, signature] = process.argv.slice(2)
let accepted = true
try {
  new Webhook(secret).verify(Buffer.from(body, 'base64').toString('utf8'), {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature,
  })
} catch {
  accepted = false
}
console.log(JSON.stringify({ accepted }))
