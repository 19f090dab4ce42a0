/** Superuser of a cell's database; the stack uses it to make roles, and nobody else reaches it. */
export const SUPERUSER = 'postgres';

/** `pg_hba.conf`: a client certificate of the authority, from the given addresses. What is not listed is refused. */
export const accessRules = (addresses: string): string => `local   all all peer map=administrator
hostssl all all ${addresses} cert clientname=DN map=workload
`;

/**
 * `pg_ident.conf`: the certificate's workload is the role. The whole name must match, so that `us-east/ingest` is
 * nobody in another cell. The control-plane, which belongs to no cell, is itself wherever its role exists.
 */
export const roleMap = (
  region: string,
  administrator: string,
): string => `administrator ${administrator} ${SUPERUSER}
workload "/^CN=([a-z-]+),OU=${region},O=bailiwick$" "\\1"
workload "CN=control-plane,OU=control,O=bailiwick" "control-plane"
`;

/** PEM files of the server, as its own process sees them. */
export interface ServerTls {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
}

/** Settings that hold wherever the server runs. Its log never quotes a statement or a parameter. */
export const serverSettings = ({ certificate, key, authority }: ServerTls): string => `ssl = on
ssl_cert_file = '${certificate}'
ssl_key_file = '${key}'
ssl_ca_file = '${authority}'
ssl_min_protocol_version = 'TLSv1.3'
max_connections = 80
shared_buffers = '48MB'
jit = off
io_method = 'sync'
autovacuum_naptime = '5min'
log_min_messages = error
log_error_verbosity = terse
log_checkpoints = off
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
`;
