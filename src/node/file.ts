import { constants, existsSync } from 'node:fs'
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Store } from '../train/index.ts'

/**
 * Writes a file so that at every moment either the old or the new contents are there, whole: into a
 * neighbour first, flushed to disk, then renamed over. Processes that may write the same file at once
 * each need a `mark` of their own. Throws one clear line if it cannot.
 */
export async function writeFileWhole(
  file: string,
  text: string | Uint8Array,
  mark = '',
): Promise<void> {
  const neighbour = join(dirname(file), `.${basename(file)}${mark}.new`)
  try {
    await makeFolder(dirname(file))
    await writeFlushed(neighbour, text)
    await rename(neighbour, file)
    await flushFolder(dirname(file))
  } catch (error) {
    await rm(neighbour, { force: true }).catch(() => {})
    throw new Error(`cannot write ${file}: ${reason(error)}.`, { cause: error })
  }
}

/** Makes a folder where there is none. Throws one clear line if nothing can be written there. */
export async function requireFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder)
    await access(folder, constants.W_OK)
  } catch (error) {
    throw new Error(`cannot write ${folder}: ${reason(error)}.`, { cause: error })
  }
}

/** As mkdir's own `recursive`, which never ends where a folder cannot be made, as in /proc. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || dirname(folder) === folder || existsSync(dirname(folder))) throw error
    await makeFolder(dirname(folder))
    await mkdir(folder)
  }
}

async function writeFlushed(file: string, text: string | Uint8Array): Promise<void> {
  const handle = await open(file, 'w')
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A rename is on disk once its folder is. Folders cannot be flushed everywhere; then it is not. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => {})
  await handle?.close()
}

/** The text of a file. Throws one clear line if it cannot be read. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new Error(`cannot read ${file}: ${reason(error)}.`, { cause: error })
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is a file, not a folder',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file size limit is reached',
}

function reason(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  return reasons[code] ?? message
}

/**
 * A folder as a store of checkpoints, made at the first write. Processes that share it each need a `mark` of
 * their own.
 */
export function fileStore(folder: string, mark = ''): Store {
  return {
    write: (name, text) => writeFileWhole(join(folder, name), text, mark),
    read: (name) =>
      readText(join(folder, name)).catch((error: Error) => {
        if ((error.cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }),
  }
}
