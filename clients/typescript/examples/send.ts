import { readFile } from 'node:fs/promises';
import { RecordSender } from '@bailiwick/client';

// BAILIWICK_INGEST=127.0.0.1:9091 BAILIWICK_CA=ca.pem BAILIWICK_TOKEN=$(npx bailiwick token --tenant atlas --purpose case-triage)
const { BAILIWICK_INGEST: address = '', BAILIWICK_CA: ca = '', BAILIWICK_TOKEN: token = '' } = process.env;
const sender = new RecordSender({
  address,
  ca: await readFile(ca, 'utf8'),
  token: () => Promise.resolve(token),
});
const cases = ['Charged twice', 'Where is my parcel?'];
const sent = cases.map((subject, n) =>
  sender.send({
    source: '/my-crm/cases',
    id: `example-${n}`,
    object: 'Case',
    recordId: `500A${n}`,
    fields: { Subject: subject, Origin: 'Web' },
  }),
);
for (const eventId of await Promise.all(sent)) console.log(eventId);
await sender.close();
console.log('go on with', sender.resumeToken);
