// Drives the real tus-js-client through one scenario and prints one line of JSON: what it saw.
// usage: node tus.mjs SCENARIO ENDPOINT TOKEN FILE
import { createReadStream, readFileSync, rmSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import tus from 'tus-js-client'

const [scenario, endpoint, token, file] = process.argv.slice(2)
const CHUNK = 512 * 1024
const seen = { requests: [] }
const urls = new tus.FileUrlStorage(`urls-${process.pid}.json`)

function options(more) {
  return {
    endpoint,
    headers: { Authorization: `Bearer ${token}` },
    metadata: { filename: 'photo.jpg', filetype: 'image/jpeg' },
    chunkSize: CHUNK,
    retryDelays: [0, 200, 500, 1000, 2000, 2000],
    urlStorage: urls,
    fingerprint: async () => `photo-${process.pid}`,
    removeFingerprintOnSuccess: true,
    onAfterResponse: (request, response) => {
      seen.requests.push(`${request.getMethod()} ${response.getStatus()}`)
    },
    ...more,
  }
}

/** Runs an upload to its end. */
function finish(source, more, begin = (upload) => upload.start()) {
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(
      source,
      options({
        ...more,
        onError: reject,
        onSuccess: ({ lastResponse }) => {
          seen.url = upload.url
          seen.asset = lastResponse.getHeader('Offstage-Asset')
          seen.job = lastResponse.getHeader('Offstage-Job')
          resolve(upload)
        },
      }),
    )
    begin(upload)
  })
}

/** Starts an upload and calls back once so many chunks were accepted. */
function interrupt(source, more, chunks, then) {
  return new Promise((resolve, reject) => {
    let accepted = 0
    const upload = new tus.Upload(
      source,
      options({
        ...more,
        onError: reject,
        onChunkComplete: (size, offset) => {
          accepted += 1
          if (accepted === chunks) {
            seen.url = upload.url
            seen.interruptedAt = offset
            then(upload).then(() => resolve(upload), reject)
          }
        },
      }),
    )
    upload.start()
  })
}

const whole = () => readFileSync(file)

const scenarios = {
  plain: () => finish(whole(), {}),

  // The network stays whole here; what cuts it is between this client and the server.
  retrying: () => finish(whole(), { chunkSize: Infinity }),

  override: () => finish(whole(), { overridePatchMethod: true }),

  creationWithUpload: () => finish(whole(), { uploadDataDuringCreation: true }),

  wholeInCreation: () =>
    finish(whole(), { uploadDataDuringCreation: true, chunkSize: Infinity }),

  // Through a PassThrough, so that the client sees a stream and not the file behind it, whose size
  // it would look up.
  deferredLength: () =>
    finish(createReadStream(file).pipe(new PassThrough()), { uploadLengthDeferred: true }),

  parallel: () => finish(whole(), { parallelUploads: 3 }),

  // The app is closed and started again: all that is left is what it stored.
  async pauseAndResume() {
    await interrupt(whole(), {}, 3, (upload) => upload.abort())
    seen.pausedUrl = seen.url
    seen.requests.push('PAUSE')
    await finish(whole(), {}, async (upload) => {
      const previous = await upload.findPreviousUploads()
      seen.found = previous.length
      upload.resumeFromPreviousUpload(previous[0])
      upload.start()
    })
  },

  async terminate() {
    await interrupt(whole(), {}, 2, (upload) => upload.abort(true))
  },
}

try {
  await scenarios[scenario]()
  process.stdout.write(`${JSON.stringify(seen)}\n`)
} catch (error) {
  process.stdout.write(`${error}\n${JSON.stringify(seen)}\n`)
  process.exitCode = 1
} finally {
  rmSync(`urls-${process.pid}.json`, { force: true })
}
