import { SAMPLE_TENANTS } from './sample-tenants.js';

/** A fictional person of the local stack, as the control-plane is founded with. */
export interface SamplePerson {
  /** Claim `sub` of the person's tokens. */
  readonly subject: string;
  readonly name: string;
  /** Roles by tenant; `*` is the mesh. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
}

/** Everywhere: in every sample tenant and in the mesh. In a deployment each tenant has people of its own. */
const everywhere = (role: string): SamplePerson['roles'] =>
  Object.fromEntries([...SAMPLE_TENANTS.map(({ tenant }) => tenant), '*'].map((scope) => [scope, [role]]));

const authorised = (subject: string, name: string, tenant: string): SamplePerson => ({
  subject,
  name,
  roles: { [tenant]: ['authorised-person'] },
});

/** The sample people: one for each role, and who may bind each tenant. */
export const SAMPLE_PEOPLE: readonly SamplePerson[] = [
  { subject: 'anna', name: 'Anna Berg, security', roles: everywhere('security') },
  { subject: 'bruno', name: 'Bruno Costa, compliance', roles: everywhere('compliance') },
  { subject: 'clara', name: 'Clara Novak, administrator', roles: everywhere('author') },
  { subject: 'erik', name: 'Erik Dahl, on call', roles: everywhere('emergency') },
  { subject: 'otto', name: 'Otto Lang, operator', roles: { '*': ['operator'] } },
  authorised('ines', 'Ines Brandt, data protection officer', 'nordlicht'),
  authorised('marek', 'Marek Dvorak, head of compliance', 'atlas'),
  authorised('dana', 'Dana Whitfield, general counsel', 'harbor'),
  authorised('sofia', 'Sofia Lindqvist, managing director', 'pending'),
];
