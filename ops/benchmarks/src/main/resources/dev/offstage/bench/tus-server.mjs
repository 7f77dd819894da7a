// The reference server, as its documentation sets it up.
import {Server} from '@tus/server'
import {FileStore} from '@tus/file-store'

const server = new Server({path: '/files', datastore: new FileStore({directory: process.argv[2]})})
const listener = server.listen({host: '127.0.0.1', port: 0}, () => {
  console.log(`READY ${listener.address().port} none`)
})
