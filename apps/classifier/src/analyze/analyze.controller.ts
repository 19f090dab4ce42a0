import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { readAnalyzeRequest } from './analyze-request.js';
import { Analyzer } from './analyze.js';

/** Paths of the Presidio-compatible interface. */
export const ANALYZE = '/analyze';
export const SUPPORTED_ENTITIES = '/supportedentities';
export const RECOGNIZERS = '/recognizers';

/** What programs that call Presidio's analyzer use of it. */
@Controller()
export class AnalyzeController {
  constructor(private readonly analyzer: Analyzer) {}

  @Post(ANALYZE)
  @HttpCode(200)
  analyze(@Body() body: unknown): ReturnType<Analyzer['analyze']> {
    return this.analyzer.analyze(readAnalyzeRequest(body));
  }

  @Get(SUPPORTED_ENTITIES)
  entities(): readonly string[] {
    return this.analyzer.entities();
  }

  /** The same for every language: each recogniser knows all that it can. */
  @Get(RECOGNIZERS)
  recognizers(): readonly string[] {
    return this.analyzer.recognizers();
  }
}
