// A js-libp2p peer for the interop tests of Granary's own host: it serves what they ask, or asks
// for it and judges the answers. The go peer next to it has the same command line and protocols.
//
//   node peer.mjs [--late-muxer] listen                   prints its address, serves until stdin ends
//   node peer.mjs [--late-muxer] dial MULTIADDR COMMAND…   exit code 0 when all commands held
//   node peer.mjs fetch URL…                               prints what HTTP brings; this peer only
//
// COMMAND is ping, identify, echo:BYTES, sink:BYTES, source:BYTES, streams:COUNT, reset,
// half-close, unknown or wrong-peer; of this peer only also exchange:PROTOCOL:HEX, which sends the
// bytes on a stream and prints what comes back up to its end. With --late-muxer the muxer is agreed by multistream-select
// instead of inside the Noise handshake.
import { createHash } from 'node:crypto'

// libp2p 3 needs it; Node has it since 22.
Promise.withResolvers ??= function () {
  let resolve, reject
  const promise = new Promise((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}

// After the lines above: an import statement would run before them.
const { createLibp2p } = await import('libp2p')
const { tcp } = await import('@libp2p/tcp')
const { noise } = await import('@chainsafe/libp2p-noise')
const { yamux } = await import('@chainsafe/libp2p-yamux')
const { identify } = await import('@libp2p/identify')
const { ping } = await import('@libp2p/ping')
const { generateKeyPair } = await import('@libp2p/crypto/keys')
const { peerIdFromPrivateKey, peerIdFromPublicKey } = await import('@libp2p/peer-id')
const { publicKeyFromProtobuf } = await import('@libp2p/crypto/keys')
const { multiaddr } = await import('@multiformats/multiaddr')

const AGENT = 'granary-interop-js'
const LIFE_LIMIT_MILLIS = 600_000 // however long it is forgotten
const COMMAND_LIMIT_MILLIS = 40_000
const STREAMS_MAX = 512

// Gives back what comes, ends when the peer does.
const ECHO = '/granary/interop/echo/1.0.0'
// Answers the end of the input with its length (8 bytes, big-endian) and its SHA-256.
const SINK = '/granary/interop/sink/1.0.0'
// Sends as much of the pattern as 8 bytes (big-endian) ask for, ends, and reads on to the end.
const SOURCE = '/granary/interop/source/1.0.0'
// Resets the stream after the first bytes.
const RESET = '/granary/interop/reset/1.0.0'
// Two numbers of 8 bytes: what sources have read after their own end, resets that echoes saw.
const TALLY = '/granary/interop/tally/1.0.0'

// The pattern of a source repeats after a prime number of bytes: no frame is as long, so that a
// frame lost, doubled or moved shows.
const PATTERN = Uint8Array.from({ length: 65521 }, (_, i) => i * 7 + (i >> 8) * 13)

function* pattern(count) {
  for (; count > 0; count -= PATTERN.length) {
    yield PATTERN.subarray(0, Math.min(count, PATTERN.length))
  }
}

const number = (value) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}
const numberAt = (bytes, offset) => Number(bytes.readBigUInt64BE(offset))

// --- streams -----------------------------------------------------------------------------------

const limited = () => ({ signal: AbortSignal.timeout(COMMAND_LIMIT_MILLIS) })

async function send(stream, bytes) {
  if (!stream.send(bytes)) {
    await stream.onDrain(limited())
  }
}

async function sendAll(stream, parts, seen = () => {}) {
  for (const part of parts) {
    seen(part)
    await send(stream, part)
  }
}

// What comes, up to the peer's end. A stream's own iterator waits for ever when the end came before
// it was asked, as it does with peers that send all at once.
class Parts {
  constructor(stream) {
    this.stream = stream
    this.queue = []
    this.over = stream.readableEnded
    this.wake = () => {}
    const change = (work) => (event) => {
      work(event)
      this.wake()
    }
    stream.addEventListener('message', change((event) => this.queue.push(event.data.subarray())))
    stream.addEventListener('end', change(() => { this.over = true }))
    stream.addEventListener('close', change((event) => { this.problem = event.error }))
    if (stream.status === 'reset' || stream.status === 'aborted') {
      this.problem = Object.assign(new Error(`the stream is ${stream.status}`), { name: 'StreamResetError' })
    }
  }

  async next() {
    for (;;) {
      if (this.queue.length > 0) {
        return { value: this.queue.shift(), done: false }
      }
      if (this.problem !== undefined) {
        throw this.problem
      }
      // What came together with the negotiation is put back after the end was told.
      if (this.over && this.stream.readBufferLength === 0) {
        return { done: true }
      }
      await new Promise((resolve) => { this.wake = resolve })
    }
  }
}

async function readAll(stream) {
  const all = []
  await new Reader(stream).rest((part) => all.push(part))
  return Buffer.concat(all)
}

// Reads exactly so many bytes; what is left over stays with the reader.
class Reader {
  constructor(stream) {
    this.parts = new Parts(stream)
    this.left = Buffer.alloc(0)
  }

  async bytes(count) {
    while (this.left.length < count) {
      const { value, done } = await this.parts.next()
      if (done) {
        throw new Error(`the end after ${this.left.length} of ${count} bytes`)
      }
      this.left = Buffer.concat([this.left, value])
    }
    const taken = this.left.subarray(0, count)
    this.left = this.left.subarray(count)
    return taken
  }

  // Everything up to the end, a part at a time.
  async rest(take) {
    if (this.left.length > 0) {
      take(this.left)
    }
    this.left = Buffer.alloc(0)
    for (let next = await this.parts.next(); !next.done; next = await this.parts.next()) {
      take(next.value)
    }
  }
}

const isReset = (problem) => problem?.name === 'StreamResetError'

// --- serving -----------------------------------------------------------------------------------

let lateBytes = 0
let resetsSeen = 0

const served = {
  async [ECHO](stream) {
    try {
      const parts = new Parts(stream)
      for (let next = await parts.next(); !next.done; next = await parts.next()) {
        await send(stream, next.value)
      }
    } catch (problem) {
      resetsSeen += isReset(problem) ? 1 : 0
      throw problem
    }
    await stream.close(limited())
  },

  async [SINK](stream) {
    const hash = createHash('sha256')
    let count = 0
    await new Reader(stream).rest((part) => {
      hash.update(part)
      count += part.length
    })
    await send(stream, Buffer.concat([number(count), hash.digest()]))
    await stream.close(limited())
  },

  async [SOURCE](stream) {
    const reader = new Reader(stream)
    await sendAll(stream, pattern(numberAt(await reader.bytes(8), 0)))
    await stream.close(limited())
    await reader.rest((part) => {
      lateBytes += part.length
    })
  },

  async [RESET](stream) {
    await new Reader(stream).bytes(1)
    stream.abort(new Error('as asked'))
  },

  async [TALLY](stream) {
    await send(stream, Buffer.concat([number(lateBytes), number(resetsSeen)]))
    await stream.close(limited())
  }
}

// --- dialing -----------------------------------------------------------------------------------

const dialed = { ping: pinged, identify: identified, echo, sink, source, streams, reset, 'half-close': halfClose, unknown, 'wrong-peer': wrongPeer, exchange }

async function open(node, target, protocol) {
  const stream = await node.dialProtocol(target, protocol, {
    maxOutboundStreams: STREAMS_MAX,
    ...limited()
  })
  stream.inactivityTimeout = COMMAND_LIMIT_MILLIS
  return stream
}

async function pinged(node, target) {
  await node.services.ping.ping(target, limited())
}

async function identified(node, target) {
  // Only a new connection is identified.
  await node.hangUp(target, limited())
  const told = new Promise((resolve) =>
    node.addEventListener('peer:identify', (event) => resolve(event.detail), { once: true })
  )
  const connection = await node.dial(target, limited())
  const said = await told
  return {
    agent: said.agentVersion,
    protocolVersion: said.protocolVersion,
    protocols: said.protocols,
    listen: said.listenAddrs.map(String),
    observed: said.observedAddr?.toString(),
    muxer: connection.multiplexer,
    key: peerIdFromPublicKey(publicKeyFromProtobuf(said.publicKey)).toString()
  }
}

async function echo(node, target, count) {
  const stream = await open(node, target, ECHO)
  const sent = sendAll(stream, pattern(count)).then(() => stream.close(limited()))
  const [got] = await Promise.all([readAll(stream), sent])
  if (!got.equals(Buffer.concat([...pattern(count)]))) {
    throw new Error(`the echo of ${count} bytes differs (${got.length} came back)`)
  }
}

async function sink(node, target, count) {
  const stream = await open(node, target, SINK)
  const hash = createHash('sha256')
  const reading = readAll(stream)
  await sendAll(stream, pattern(count), (part) => hash.update(part))
  await stream.close(limited())
  const answer = await reading
  if (!answer.equals(Buffer.concat([number(count), hash.digest()]))) {
    throw new Error(`sent ${count} bytes, the sink answers ${answer.toString('hex')}`)
  }
}

// Asks for bytes and takes them to the source's end; our own direction stays open.
async function readSource(stream, count) {
  const reader = new Reader(stream)
  await send(stream, number(count))
  const hash = createHash('sha256')
  let length = 0
  await reader.rest((part) => {
    hash.update(part)
    length += part.length
  })
  const want = createHash('sha256')
  for (const part of pattern(count)) {
    want.update(part)
  }
  if (length !== count || !hash.digest().equals(want.digest())) {
    throw new Error(`asked for ${count} bytes, got ${length} or others`)
  }
}

async function source(node, target, count) {
  const stream = await open(node, target, SOURCE)
  await readSource(stream, count)
  await stream.close(limited())
}

async function streams(node, target, count) {
  await node.dial(target, limited())
  await Promise.all(Array.from({ length: count }, (_, i) => echo(node, target, 10_000 + i)))
}

// A stream that gives bytes back, asked one byte at a time.
class Alive {
  constructor(stream) {
    this.stream = stream
    this.reader = new Reader(stream)
  }

  async check() {
    await send(this.stream, Uint8Array.of(42))
    const [answer] = await this.reader.bytes(1)
    if (answer !== 42) {
      throw new Error(`the echo of 42 is ${answer}`)
    }
  }
}

// A reset of theirs and one of ours, while another stream lives on.
async function reset(node, target) {
  const alive = new Alive(await open(node, target, ECHO))
  await alive.check()
  const theirs = await open(node, target, RESET)
  await send(theirs, Uint8Array.of(1))
  const problem = await readAll(theirs).then(() => new Error('ended well'), (caught) => caught)
  if (!isReset(problem)) {
    throw new Error(`expected a reset, got ${problem}`)
  }
  const ours = new Alive(await open(node, target, ECHO))
  await ours.check()
  const before = await tally(node, target)
  ours.stream.abort(new Error('on purpose'))
  await until(node, target, (now) => now.resets === before.resets + 1)
  await alive.check()
  await alive.stream.close(limited())
}

async function tally(node, target) {
  const stream = await open(node, target, TALLY)
  const reading = readAll(stream)
  await stream.close(limited())
  const answer = await reading
  return { late: numberAt(answer, 0), resets: numberAt(answer, 8) }
}

async function until(node, target, holds) {
  const end = Date.now() + COMMAND_LIMIT_MILLIS / 2
  for (;;) {
    const now = await tally(node, target)
    if (holds(now)) {
      return
    }
    if (Date.now() > end) {
      throw new Error(`they still count ${JSON.stringify(now)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

// They close their side first; what we send afterwards still arrives. A sink is the other way round.
async function halfClose(node, target) {
  const late = 300_000
  const before = await tally(node, target)
  const stream = await open(node, target, SOURCE)
  await readSource(stream, 100_000)
  await sendAll(stream, pattern(late))
  await stream.close(limited())
  await until(node, target, (now) => now.late === before.late + late)
}

async function refused(promise) {
  const problem = await promise.then(() => undefined, (caught) => caught)
  if (problem === undefined) {
    throw new Error('it was not refused')
  }
  return { refusal: problem.message }
}

async function unknown(node, target) {
  const told = await refused(open(node, target, '/granary/interop/nobody/1.0.0').then(readAll))
  await echo(node, target, 1000)
  return told
}

async function wrongPeer(node, target) {
  const other = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
  const [transport] = target.toString().split('/p2p/')
  return refused(node.dial(multiaddr(`${transport}/p2p/${other}`), limited()))
}

// One question, one answer, as the protocols of storage deals have it: the asker keeps its side open
// until it has read the end of the answer.
async function exchange(node, target, protocol, hex) {
  const stream = await open(node, target, protocol)
  const reading = readAll(stream)
  await send(stream, Buffer.from(hex, 'hex'))
  const answer = await reading
  await stream.close(limited())
  return { answer: answer.toString('hex') }
}

async function fetched(url) {
  const response = await fetch(url, limited())
  const body = Buffer.from(await response.arrayBuffer())
  return { status: response.status, type: response.headers.get('content-type'), body: body.toString('hex') }
}

// --- the command line --------------------------------------------------------------------------

function lateMuxer(components) {
  const inner = noise()(components)
  const late = (options) => ({ ...options, skipStreamMuxerNegotiation: true })
  return {
    protocol: inner.protocol,
    secureInbound: (connection, options) => inner.secureInbound(connection, late(options)),
    secureOutbound: (connection, options) => inner.secureOutbound(connection, late(options))
  }
}

async function start(late, listen) {
  return createLibp2p({
    addresses: { listen },
    nodeInfo: { name: AGENT, version: '1', userAgent: AGENT },
    transports: [tcp()],
    connectionEncrypters: [late ? lateMuxer : noise()],
    streamMuxers: [yamux({ maxInboundStreams: STREAMS_MAX, maxOutboundStreams: STREAMS_MAX, maxEarlyStreams: STREAMS_MAX })],
    // The tests are about the wire; the limits under test are Granary's.
    connectionManager: { inboundConnectionThreshold: 1000 },
    connectionGater: { denyDialMultiaddr: () => false },
    services: { identify: identify(), ping: ping({ timeout: COMMAND_LIMIT_MILLIS }) }
  })
}

async function listen(late) {
  const node = await start(late, ['/ip4/127.0.0.1/tcp/0'])
  for (const [protocol, handler] of Object.entries(served)) {
    await node.handle(
      protocol,
      (stream) => {
        stream.inactivityTimeout = COMMAND_LIMIT_MILLIS
        handler(stream).catch((problem) => {
          console.error(`${protocol}: ${problem}`)
          stream.abort(problem)
        })
      },
      { maxInboundStreams: STREAMS_MAX }
    )
  }
  console.log(node.getMultiaddrs()[0].toString())
  for await (const unused of process.stdin);
  await node.stop()
}

async function dial(late, address, commands) {
  const node = await start(late, [])
  for (const command of commands) {
    const [name, ...values] = command.split(':')
    if (!Object.hasOwn(dialed, name)) {
      throw new Error(`${command}: no such command`)
    }
    const began = Date.now()
    try {
      const told = await bounded(dialed[name](node, multiaddr(address), ...(values.length === 1 ? [Number(values[0])] : values)))
      console.log(JSON.stringify({ ...told, command, millis: Date.now() - began }))
    } catch (problem) {
      throw new Error(`${command}: ${problem.message}`, { cause: problem })
    }
  }
  await node.stop()
}

async function bounded(promise) {
  let timer
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('took too long')), COMMAND_LIMIT_MILLIS)
  })
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer))
}

setTimeout(() => {
  console.error('this peer has lived for too long')
  process.exit(3)
}, LIFE_LIMIT_MILLIS).unref()

const args = process.argv.slice(2)
const late = args[0] === '--late-muxer'
const [role, address, ...commands] = late ? args.slice(1) : args
try {
  if (role === 'listen' && address === undefined) {
    await listen(late)
  } else if (role === 'dial' && commands.length > 0) {
    await dial(late, address, commands)
  } else if (role === 'fetch' && address !== undefined) {
    for (const url of [address, ...commands]) {
      console.log(JSON.stringify({ url, ...await fetched(url) }))
    }
  } else {
    throw new Error('usage: peer.mjs [--late-muxer] listen | dial MULTIADDR COMMAND… | fetch URL…')
  }
  process.exit(0)
} catch (problem) {
  console.error(problem)
  process.exit(1)
}
