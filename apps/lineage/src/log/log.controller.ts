import { BailiwickError } from '@bailiwick/platform';
import { parseTilePath } from '@bailiwick/tlog';
import { Controller, Get, Header, Req, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LogFolder } from './log-folder.js';

/** Prefix under which the log is served. */
export const LOG_PREFIX = '/v1/log';

/**
 * The tree of the transparency log as files (C2SP tlog-tiles), for witnesses and monitors of any make. Bundles of entries are not here: they
 * hold no personal data, and they are facts of all tenants, so the interface for readers has them. https://c2sp.org/tlog-tiles
 */
@Controller(LOG_PREFIX)
export class LogController {
  constructor(private readonly folder: LogFolder) {}

  /** The newest signed checkpoint. 404 `log-file-unknown` before there is any. */
  @Get('checkpoint')
  @Header('content-type', 'text/plain; charset=utf-8')
  @Header('cache-control', 'no-cache')
  async checkpoint(): Promise<string> {
    const note = await this.folder.checkpoint();
    if (note === null) throw new BailiwickError('log-file-unknown', 'nothing of this log is published yet');
    return note;
  }

  /** A tile of hashes, which never changes. */
  @Get('tile/*')
  async tile(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const path = request.url.slice(LOG_PREFIX.length + 1).split('?')[0] ?? '';
    const name = parseTilePath(path);
    if (name?.level === 'entries')
      throw new BailiwickError('log-file-unknown', 'entries are served to administrators, over HTTPS');
    const file = name ? await this.folder.read(path) : null;
    if (file === null) throw new BailiwickError('log-file-unknown', 'the log has no such tile, or not yet');
    void reply.header('cache-control', 'public, max-age=31536000, immutable');
    return new StreamableFile(file, { type: 'application/octet-stream', length: file.length });
  }
}
