import { brokerRetention, spiffeId, topicCatalogue, type Identity, type Topic } from '@bailiwick/contracts';
import { SENSITIVITIES, type CellSpec } from '@bailiwick/domain';

/** A JSON value of an AsyncAPI document. */
type Node = { readonly [name: string]: unknown };

/** The part of a topic's schema name that says how its values are written. */
const PROTOBUF = /^bailiwick\./;
const PUBLIC_SCHEMA = 'json:analytics/outcome.v1';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Version of the contracts: the major version that topics, types and schemas carry. */
const VERSION = '1.0.0';

/** Headers of every message, as `toHeaders` writes them: CloudEvents 1.0, Kafka binding, binary mode. */
export const HEADERS: Node = {
  type: 'object',
  required: ['ce_specversion', 'ce_id', 'ce_type', 'ce_source', 'ce_time', 'content-type'],
  properties: {
    ce_specversion: { type: 'string', const: '1.0' },
    ce_id: { type: 'string', description: 'Event id; on topics of facts, id of the fact.' },
    ce_type: { type: 'string', description: 'Type of the value; ends in its major version.' },
    ce_source: { type: 'string', format: 'uri', description: 'SPIFFE id of the writer.' },
    ce_subject: { type: 'string', description: 'Pseudonym of the CRM record.' },
    ce_time: { type: 'string', format: 'date-time' },
    ce_tenant: { type: 'string' },
    ce_purpose: { type: 'string' },
    ce_dataclassification: {
      type: 'string',
      description: 'Read a value that is not listed as MissionCritical.',
      enum: SENSITIVITIES,
    },
    ce_replayof: {
      type: 'string',
      description: 'topic/partition/offset of the delivery that this one repeats at an operator’s command.',
    },
    'content-type': { type: 'string', enum: ['application/json', 'application/protobuf'] },
    traceparent: { type: 'string', description: 'W3C trace context. Not told to analytics consumers.' },
  },
};

const KEY: Node = {
  type: 'string',
  description: 'tenant, a dot, pseudonym of the CRM record: everything about one record is in order.',
};

const partOf = (kind: string, name: string): Node => ({ $ref: `#/components/${kind}/${name}` });

/** Names of components hold no dots, so that references to them need no escapes in any tool. */
const idOf = (name: string): string => name.replaceAll(/[^A-Za-z0-9_-]/g, '_');

function payloadOf({ schema }: Topic): Node {
  if (schema === PUBLIC_SCHEMA) return partOf('schemas', 'AnalyticsOutcome');
  if (PROTOBUF.test(schema))
    return {
      schemaFormat: 'application/vnd.google.protobuf;version=3',
      schema: {
        'x-protobuf-message': schema,
        'x-protobuf-package': `proto/${schema.split('.').slice(0, -1).join('/')}`,
      },
    };
  return { type: 'string', description: schema, 'x-schema': schema };
}

const contentTypeOf = ({ schema }: Topic): string => {
  if (schema === PUBLIC_SCHEMA) return 'application/json';
  return PROTOBUF.test(schema) ? 'application/protobuf' : 'text/plain';
};

function retention({ retentionMs }: Pick<Topic, 'retentionMs'>): string {
  if (retentionMs < 0) return 'the last value of each key, for ever';
  const [count, unit] = retentionMs % DAY === 0 ? [retentionMs / DAY, 'day'] : [retentionMs / HOUR, 'hour'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

const names = (identities: readonly Identity[]): readonly string[] => identities.map(spiffeId).toSorted();

/** One topic as a channel with its message, and what may be done with it and by whom. */
function channelOf(topic: Topic, address = topic.name): Node {
  const { purpose, partitions, cleanup, maxMessageBytes } = topic;
  return {
    address,
    summary: purpose,
    messages: {
      message: {
        contentType: contentTypeOf(topic),
        headers: partOf('schemas', 'CloudEventHeaders'),
        payload: payloadOf(topic),
        bindings: { kafka: { key: KEY, bindingVersion: '0.5.0' } },
      },
    },
    bindings: {
      kafka: {
        topic: address,
        partitions,
        topicConfiguration: {
          'cleanup.policy': [cleanup],
          'retention.ms': brokerRetention(topic)?.retentionMs ?? -1,
          'max.message.bytes': maxMessageBytes,
        },
        bindingVersion: '0.5.0',
      },
    },
    'x-kept': retention(topic),
  };
}

const security: Node = {
  mtls: {
    type: 'X509',
    description:
      'A client certificate that the cell’s brokers trust. What is not granted to its name is refused.',
  },
};

/** The cell as an AsyncAPI 3.0 document: every topic, what is in it, how long it is kept, who writes and who reads. */
export function cellDocument(cell: CellSpec, outcomeSchema: Node): Node {
  const topics = topicCatalogue(cell);
  const operation = (action: 'send' | 'receive', topic: Topic, who: readonly Identity[]): [string, Node][] =>
    who.length === 0
      ? []
      : [
          [
            `${action}_${idOf(topic.name)}`,
            { action, channel: { $ref: `#/channels/${idOf(topic.name)}` }, 'x-by': names(who) },
          ],
        ];
  return {
    asyncapi: '3.0.0',
    info: {
      title: `Bailiwick, cell ${cell.region}`,
      version: VERSION,
      description: `Every topic of the cell ${cell.region} in jurisdiction ${cell.jurisdiction}. Made from the topic catalogue; nothing is granted by this page.`,
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/protobuf',
    servers: {
      [idOf(cell.region)]: {
        host: `kafka.${cell.region}.example:9093`,
        protocol: 'kafka-secure',
        description: `Brokers of ${cell.region}. A deployment has its own names.`,
        security: [partOf('securitySchemes', 'mtls')],
        tags: [{ name: `jurisdiction:${cell.jurisdiction}` }],
      },
    },
    channels: Object.fromEntries(topics.map((topic) => [idOf(topic.name), channelOf(topic)])),
    operations: Object.fromEntries(
      topics.flatMap((topic) => [
        ...operation('send', topic, topic.writers),
        ...operation('receive', topic, topic.readers),
      ]),
    ),
    components: {
      schemas: { CloudEventHeaders: HEADERS, AnalyticsOutcome: outcomeSchema },
      securitySchemes: security,
    },
  };
}

/** What an analytics consumer is told, of all cells in one AsyncAPI 3.0 document: the public topic of a grant. */
export function consumerDocument(cells: readonly CellSpec[], outcomeSchema: Node): Node {
  const [first] = cells;
  const topic = first && topicCatalogue(first).find(({ schema }) => schema === PUBLIC_SCHEMA);
  if (!first || !topic) throw new TypeError('there is no cell with a public topic');
  const jurisdictions = [...new Set(cells.map(({ jurisdiction }) => jurisdiction))].toSorted();
  const channel = channelOf(topic, '{jurisdiction}.analytics.outcome.{grant}.v1');
  const { partitions: _, ...kafka } = (channel['bindings'] as { kafka: Node }).kafka;
  const { topic: __, ...binding } = kafka as Node;
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Bailiwick for analytics consumers',
      version: VERSION,
      description:
        'Outcomes of CRM records, free of personal data. Each consumer reads a topic of its own, with pseudonyms that no other consumer sees: docs/analytics.md says how to get a grant.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      cell: {
        host: 'kafka.{region}.example:9093',
        protocol: 'kafka-secure',
        description: 'Brokers of one cell. What is read there lies in the jurisdiction of the cell.',
        variables: {
          region: { enum: cells.map(({ region }) => region).toSorted(), description: 'Cell of the grant.' },
        },
        security: [partOf('securitySchemes', 'mtls')],
      },
    },
    channels: {
      outcome: {
        ...channel,
        summary:
          'What became of each record: one message when it has an outcome, another when that outcome rises.',
        parameters: {
          jurisdiction: { enum: jurisdictions, description: 'Jurisdiction of the cell.' },
          grant: { description: 'Id of the grant.' },
        },
        bindings: { kafka: binding },
      },
    },
    operations: {
      receiveOutcome: {
        action: 'receive',
        channel: { $ref: '#/channels/outcome' },
        summary: 'Read what was granted.',
        bindings: {
          kafka: {
            groupId: {
              type: 'string',
              description:
                'Begins with <region>.consumer.<grant>. and is otherwise the consumer’s to choose.',
            },
            bindingVersion: '0.5.0',
          },
        },
      },
    },
    components: {
      schemas: { CloudEventHeaders: HEADERS, AnalyticsOutcome: outcomeSchema },
      securitySchemes: security,
    },
  };
}

/** A page for people with every topic of the cells. */
export function topicsPage(cells: readonly CellSpec[]): string {
  const who = (identities: readonly Identity[]): string =>
    identities.map(({ region, workload }) => `${region}/${workload}`).join(', ') || 'nobody';
  const section = (cell: CellSpec): string[] => [
    `## ${cell.region} (${cell.jurisdiction})`,
    '',
    '| topic | what it is for | schema | kept | written by | read by |',
    '| --- | --- | --- | --- | --- | --- |',
    ...topicCatalogue(cell).map((topic) =>
      [
        '',
        ` \`${topic.name}\` `,
        ` ${topic.purpose} `,
        ` \`${topic.schema}\` `,
        ` ${retention(topic)} `,
        ` ${who(topic.writers)} `,
        ` ${who(topic.readers)} `,
        '',
      ].join('|'),
    ),
    '',
  ];
  return [
    '# Topics',
    '',
    'Made from the topic catalogue (`libs/contracts/src/topic-catalogue.ts`), as are the grants of the brokers and the AsyncAPI documents',
    'in `infra/asyncapi`. The auditor of a cell may read every topic of it, and write none. Analytics consumers read none of these:',
    'each has a topic of its own, `<jurisdiction>.analytics.outcome.<grant>.v1` ([how](analytics.md)).',
    '',
    ...cells.flatMap(section),
  ].join('\n');
}
