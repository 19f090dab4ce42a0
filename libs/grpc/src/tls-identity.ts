/** PEM texts of a process: what `readTls` of the platform reads. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** PEM texts of a client; a producer outside the mesh has no certificate, only the authority that it trusts. */
export type ClientTls = TlsIdentity | Pick<TlsIdentity, 'ca'>;
