import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { associatedData } from './associated-data.js';
import { CustodyError } from './custody-error.js';

/**
 * Small secrets that lie outside the database, and that no backup may hold: who destroys one ends all that is wrapped by it, in every
 * copy that was ever made. They have to be replicated as carefully as the database itself.
 */
export interface ErasableSecrets {
  /** Keeps a secret under a name unless there is one, durably, and gives the one that is kept. */
  keep(name: SecretName, secret: Uint8Array): Promise<Buffer>;
  /** The secret of this name, or undefined when there is none, or none any more. */
  read(name: SecretName): Promise<Buffer | undefined>;
  /** Destroys a secret; again, it changes nothing. */
  destroy(name: SecretName): Promise<void>;
}

/** Names a secret: whose it is, and which. Both hold word characters, dots and hyphens only. */
export interface SecretName {
  readonly tenant: string;
  readonly secret: string;
}

/** How a secret is written down: never in clear. */
export interface Wrapping {
  wrap(associated: Uint8Array, key: Uint8Array): Promise<Buffer>;
  unwrap(associated: Uint8Array, wrapped: Uint8Array): Promise<Buffer>;
}

/** Erasable secrets as files of a folder, one each, wrapped by the cell's key. For one machine: all processes of a cell share the folder. */
export class FileSecrets implements ErasableSecrets {
  constructor(
    private readonly folder: string,
    private readonly wrapping: Wrapping,
  ) {}

  async keep(name: SecretName, secret: Uint8Array): Promise<Buffer> {
    const folder = this.#folderOf(name);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const draft = join(folder, `.${randomBytes(9).toString('base64url')}`);
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(await this.wrapping.wrap(bound(name), secret));
      await file.sync();
    } finally {
      await file.close();
    }
    // Either all of the file has this name, or nothing has.
    await link(draft, join(folder, name.secret)).catch((thrown: unknown) => expectCode(thrown, 'EEXIST'));
    await unlink(draft);
    await syncFolder(folder);
    const kept = await this.read(name);
    if (!kept) throw new CustodyError('key-file-invalid');
    return kept;
  }

  async read(name: SecretName): Promise<Buffer | undefined> {
    const wrapped = await readFile(join(this.#folderOf(name), name.secret)).catch((thrown: unknown) =>
      expectCode(thrown, 'ENOENT'),
    );
    return wrapped && (await this.wrapping.unwrap(bound(name), wrapped));
  }

  /** Writes over what the file held before it goes, for file systems that write in place. */
  async destroy(name: SecretName): Promise<void> {
    const folder = this.#folderOf(name);
    const path = join(folder, name.secret);
    const file = await open(path, 'r+').catch((thrown: unknown) => expectCode(thrown, 'ENOENT'));
    if (!file) return;
    try {
      const { size } = await file.stat();
      await file.write(randomBytes(size), 0, size, 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await rm(path, { force: true });
    await syncFolder(folder);
  }

  /** The prefix keeps a tenant called `..` from being another folder. */
  #folderOf({ tenant }: SecretName): string {
    return join(this.folder, `tenant-${tenant}`);
  }
}

const bound = ({ tenant, secret }: SecretName): Buffer => associatedData('erasable-secret', tenant, secret);

/** A name is durable, or gone, when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function expectCode(thrown: unknown, code: string): undefined {
  if (thrown instanceof Error && 'code' in thrown && thrown.code === code) return undefined;
  throw new CustodyError('key-file-invalid', { cause: thrown });
}
