import {
  brokerRetention,
  distinguishedName,
  grantAcls,
  grantIdentity,
  grantTopics,
  spiffeId,
  type Acl,
  type AnalyticsGrant,
} from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';

const RESOURCE_OPTIONS: Readonly<Record<Acl['resource'], string>> = {
  topic: '--topic',
  group: '--group',
  'transactional-id': '--transactional-id',
  cluster: '--cluster',
};

/** Arguments of `kafka-acls.sh` that name one grant of the broker. */
const aclArguments = ({ principal, resource, name, pattern, operation }: Acl): string =>
  `--allow-principal ${principal} --operation ${operation} ${RESOURCE_OPTIONS[resource]} ${name} --resource-pattern-type ${pattern}`;

/**
 * What an operator does for a grant where no local stack is: commands of Kafka's own distribution, in order, and what the
 * certificate says. `$BOOTSTRAP` and `$ADMIN` (a client.properties of an administrator) are the operator's to set.
 */
export function grantPlan(cell: CellSpec, grant: AnalyticsGrant): readonly string[] {
  const server = '--bootstrap-server "$BOOTSTRAP" --command-config "$ADMIN"';
  const acls = grantAcls(cell, grant);
  const identity = grantIdentity(grant);
  return [
    `# 1. Topic of ${grant.id} in ${cell.region}`,
    ...grantTopics(cell, grant).map(
      (topic) =>
        `kafka-topics.sh ${server} --create --if-not-exists --topic ${topic.name} --partitions ${topic.partitions} --config cleanup.policy=${topic.cleanup} --config retention.ms=${brokerRetention(topic)?.retentionMs ?? -1}`,
    ),
    '# 2. What the broker lets happen',
    ...acls.map((acl) => `kafka-acls.sh ${server} --add ${aclArguments(acl)}`),
    '# 3. Certificate, from an authority that only the brokers trust; it ends when the grant does',
    `#    subject ${distinguishedName(identity)}`,
    `#    URI     ${spiffeId(identity)}`,
    `#    until   ${new Date(grant.expires).toISOString()}`,
    '# 4. Entry of the file that BAILIWICK_GRANTS_FILE of lineage names, with a fresh key of its own',
    `node -e 'console.log(JSON.stringify({...JSON.parse(process.argv[1]), key: crypto.randomBytes(32).toString("base64url")}))' '${JSON.stringify(grant).replaceAll("'", String.raw`'\''`)}'`,
    `# At ${new Date(grant.expires).toISOString()}, or earlier to take it back: out of the file, then`,
    ...acls.map((acl) => `#   kafka-acls.sh ${server} --remove --force ${aclArguments(acl)}`),
    ...grantTopics(cell, grant).map(({ name }) => `#   kafka-topics.sh ${server} --delete --topic ${name}`),
  ];
}
