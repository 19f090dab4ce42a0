import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GrantsFile, type KeyedGrant } from '@bailiwick/contracts';
import { onceOnMachine } from '../parts/once-on-machine.js';

/**
 * The grants of a cell as lineage reads them. Only its owner reads the file, since it holds the key of each grant. Several processes write it: whoever
 * gives or ends a grant does so within `exclusively`.
 */
export class GrantStore {
  constructor(private readonly file: string) {}

  async all(): Promise<readonly KeyedGrant[]> {
    const text = await readFile(this.file, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOENT') return '{"grants":[]}';
      throw thrown;
    });
    return GrantsFile.parse(JSON.parse(text)).grants;
  }

  /** Does work while no other process of this machine does any on these grants. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    let done: { readonly result: T } | undefined;
    await onceOnMachine(
      this.file,
      () => done !== undefined,
      async () => {
        done = { result: await work() };
      },
    );
    return (done as { readonly result: T }).result;
  }

  async put(grant: KeyedGrant): Promise<void> {
    const others = (await this.all()).filter(({ id }) => id !== grant.id);
    await this.#write([...others, grant]);
  }

  async remove(id: string): Promise<void> {
    await this.#write((await this.all()).filter((grant) => grant.id !== id));
  }

  async #write(grants: readonly KeyedGrant[]): Promise<void> {
    const next: GrantsFile = { grants: [...grants] };
    await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
    await writeFile(`${this.file}.new`, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 });
    await chmod(`${this.file}.new`, 0o600);
    await rename(`${this.file}.new`, this.file);
  }
}
