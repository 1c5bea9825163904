import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

/** What may be served, and as what; a file of any other kind stays where it is (reliability.md row 78). */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** A file as it goes out, in each encoding. */
export interface UiFile {
  readonly type: string
  readonly etag: string
  readonly identity: Uint8Array<ArrayBuffer>
  readonly gzip: Uint8Array<ArrayBuffer>
  readonly br: Uint8Array<ArrayBuffer>
}

/** The built pages: the one document, and its files by name. */
export interface Ui {
  readonly document: UiFile
  readonly assets: ReadonlyMap<string, UiFile>
}

const bytes = (buffer: Buffer): Uint8Array<ArrayBuffer> => Uint8Array.from(buffer)
const withGzip = promisify(gzip)
const withBrotli = promisify(brotliCompress)
/** 9 of 11: nearly as small, and the start does not wait for it. */
const BROTLI_QUALITY = 9

const readUiFile = async (path: string, type: string): Promise<UiFile> => {
  const content = await readFile(path)
  const [gzipped, brotli] = await Promise.all([
    withGzip(content),
    withBrotli(content, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  ])
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`
  return { type, etag, identity: bytes(content), gzip: bytes(gzipped), br: bytes(brotli) }
}

/**
 * Reads the built pages into memory, so that no request ever names a path of the disk. Only plain files: a link may lead out of the
 * folder, and what a dot hides was not built. Throws when they are not built.
 */
export const loadUi = async (dist: string): Promise<Ui> => {
  const assets = new Map<string, UiFile>()
  for (const entry of await readdir(join(dist, 'assets'), { withFileTypes: true })) {
    const { name } = entry
    const type = entry.isFile() && !name.startsWith('.') ? TYPES[extname(name)] : undefined
    if (type !== undefined) assets.set(name, await readUiFile(join(dist, 'assets', name), type))
  }
  const document = await readUiFile(join(dist, 'index.html'), 'text/html; charset=utf-8')
  return { document, assets }
}
