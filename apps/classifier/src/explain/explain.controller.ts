import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';
import { Explainer } from './explainer.js';

const Request = z.strictObject({
  tenant: z.string().min(1),
  purpose: z.string().min(1),
  object: z.string().min(1),
  fields: z.record(z.string(), z.unknown()),
});

/** Path of the explain interface. */
export const CLASSIFY = '/v1/classify';

/** The same as `ClassifierService.Classify`, with what would be left as JSON and not as text of JSON. */
@Controller()
export class ExplainController {
  constructor(private readonly explainer: Explainer) {}

  @Post(CLASSIFY)
  @HttpCode(200)
  classify(@Body() body: unknown): unknown {
    const request = Request.safeParse(body);
    if (!request.success) {
      // Paths of the record's own fields are content, so only the request's own members are named.
      const wrong = new Set(request.error.issues.map(({ path }) => String(path[0] ?? 'body')));
      throw new BailiwickError('query-invalid', `wrong or unknown: ${[...wrong].join(', ')}`);
    }
    const { fields, ...rest } = this.explainer.explain(request.data);
    return {
      ...rest,
      fields: fields.map(({ keptJson, ...field }) => ({
        ...field,
        kept: keptJson === '' ? null : (JSON.parse(keptJson) as unknown),
      })),
    };
  }
}
