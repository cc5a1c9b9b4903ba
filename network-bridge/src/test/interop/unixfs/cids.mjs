// Imports seeded content with ipfs-unixfs-importer and writes or checks the vector file.
import { readFileSync, writeFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { importer } from 'ipfs-unixfs-importer'
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import { balanced } from 'ipfs-unixfs-importer/layout'
import { BlackHoleBlockstore } from 'blockstore-core/black-hole'

const KIB = 1024
const MIB = 1024 * KIB
const PARTS = 174 * 256 * KIB

const PROFILES = {
  KUBO_CID_V1: {},
  KUBO_CID_V0: { profile: 'unixfs-v0-2015' },
  UNIXFS_V1_2025: { profile: 'unixfs-v1-2025' },
  // Small parts and few links, so that trees of several levels stay small.
  TINY: {
    chunker: fixedSize({ chunkSize: 64 }),
    layout: balanced({ maxChildrenPerNode: 3 })
  },
  TINY_CID_V0: {
    cidVersion: 0,
    rawLeaves: false,
    chunker: fixedSize({ chunkSize: 64 }),
    layout: balanced({ maxChildrenPerNode: 3 })
  }
}

// Content of a seed: 32-bit words of xorshift32 (13, 17, 5), lowest byte first; seed 0 is zeros.
async function * content (seed, size) {
  let state = seed | 0
  for (let done = 0; done < size;) {
    const length = Math.min(MIB, size - done)
    const words = new Int32Array(MIB / 4)
    for (let i = 0; i < words.length; i++) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      words[i] = state
    }
    yield new Uint8Array(words.buffer, 0, length)
    done += length
  }
}

function fileCases () {
  const cases = []
  const add = (profile, size, seed) => cases.push({ profile, size, seed })
  const sizes = [0, 1, 255 * KIB, 256 * KIB - 1, 256 * KIB, 256 * KIB + 1, 512 * KIB, MIB]
  for (const profile of ['KUBO_CID_V1', 'KUBO_CID_V0', 'UNIXFS_V1_2025']) {
    for (const size of [...sizes, MIB + 1]) add(profile, size, 1 + size % 1000)
    for (const size of [PARTS - 1, PARTS, PARTS + 1, 2 * PARTS + 1]) add(profile, size, 7)
    add(profile, 300 * MIB, 5)
  }
  add('KUBO_CID_V1', 10 * MIB, 0)
  for (const profile of ['TINY', 'TINY_CID_V0']) {
    for (const parts of [1, 2, 3, 4, 5, 6, 7, 9, 10, 12, 13, 18, 19, 27, 28, 54, 55, 81, 82, 244]) {
      for (const size of [64 * parts - 1, 64 * parts]) add(profile, size, 3)
    }
  }
  return cases
}

function folderCases () {
  const cases = []
  const listed = (profile, name, files) => cases.push({ profile, name, files })
  const counted = (profile, entries) => cases.push({ profile, entries })
  for (const profile of ['KUBO_CID_V1', 'KUBO_CID_V0', 'UNIXFS_V1_2025']) {
    listed(profile, 'no entries', [])
    listed(profile, 'nested', [
      { path: 'a/b/c/deep.bin', size: 300 * KIB, seed: 11 },
      { path: 'a/b.txt', size: 5, seed: 12 },
      { path: 'a/b/empty.bin', size: 0, seed: 13 },
      { path: 'z', size: 256 * KIB, seed: 14 },
      { path: '.hidden', size: 9, seed: 15 },
      { path: 'A', size: 9, seed: 15 },
      { path: 'empty folder/' }
    ])
    listed(profile, 'names in UTF-8 order', [
      { path: '\uFB00', size: 1, seed: 1 },
      { path: '\u{1D11E}', size: 2, seed: 2 },
      { path: 'z', size: 3, seed: 3 },
      { path: 'é', size: 4, seed: 4 },
      { path: 'e', size: 5, seed: 5 },
      { path: '日本', size: 6, seed: 6 }
    ])
    counted(profile, 1000)
  }
  // The last folder that is one block and the first that is sharded.
  for (const entries of [5577, 5578, 20000]) counted('KUBO_CID_V1', entries)
  for (const entries of [5825, 5826]) counted('KUBO_CID_V0', entries)
  for (const entries of [4766, 4767]) counted('UNIXFS_V1_2025', entries)
  return cases
}

// A counted folder has the files file-000000, file-000001 …, each with its number as text.
function * counted (entries) {
  for (let i = 0; i < entries; i++) {
    yield {
      path: `root/file-${String(i).padStart(6, '0')}`,
      content: new TextEncoder().encode(String(i))
    }
  }
}

function * listed (files) {
  yield { path: 'root/' }
  for (const { path, size, seed } of files) {
    yield path.endsWith('/')
      ? { path: 'root/' + path.slice(0, -1) }
      : { path: 'root/' + path, content: content(seed, size) }
  }
}

async function cid (candidates, profile) {
  let last
  for await (const entry of importer(candidates, new BlackHoleBlockstore(), { ...PROFILES[profile] })) {
    last = entry
  }
  return last.cid.toString()
}

async function compute () {
  const files = []
  for (const row of fileCases()) {
    const candidate = { path: 'file', content: content(row.seed, row.size) }
    files.push({ ...row, cid: await cid([candidate], row.profile) })
  }
  const folders = []
  for (const row of folderCases()) {
    const candidates = row.files === undefined ? counted(row.entries) : listed(row.files)
    folders.push({ ...row, cid: await cid(candidates, row.profile) })
  }
  const versions = JSON.parse(readFileSync(new URL('package.json', import.meta.url))).dependencies
  return {
    source: 'computed by npm ipfs-unixfs-importer, see src/test/interop/unixfs/cids.mjs',
    versions,
    content: 'words of xorshift32 (13, 17, 5) from the seed, lowest byte first; seed 0 is zeros',
    files,
    folders
  }
}

const [mode, path] = process.argv.slice(2)
const computed = JSON.parse(JSON.stringify(await compute()))
if (mode === 'write') {
  const line = row => '    ' + JSON.stringify(row)
  const text = JSON.stringify({ ...computed, files: 'FILES', folders: 'FOLDERS' }, null, 2)
    .replace('"FILES"', '[\n' + computed.files.map(line).join(',\n') + '\n  ]')
    .replace('"FOLDERS"', '[\n' + computed.folders.map(line).join(',\n') + '\n  ]')
  writeFileSync(path, text + '\n')
} else {
  const stored = JSON.parse(readFileSync(path, 'utf8'))
  for (const section of ['versions', 'files', 'folders']) {
    if (!isDeepStrictEqual(stored[section], computed[section])) {
      console.error(`${section} differ`)
      process.exit(1)
    }
  }
  console.log(`${stored.files.length} files and ${stored.folders.length} folders agree`)
}
