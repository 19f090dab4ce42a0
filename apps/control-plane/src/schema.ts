/**
 * Forward-only migrations of schema `control`. What was once in force, acknowledged or done is never altered or deleted:
 * the database itself refuses it. What a thing says is `json` and not `jsonb`, which would change the order of members,
 * and with it the order in which a model answers.
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE FUNCTION control.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;

   CREATE SEQUENCE control.effect_seq;
   COMMENT ON SEQUENCE control.effect_seq IS
     'Numbers what took effect. Taken under one advisory lock, so that the order of numbers is that of commits.';

   CREATE TABLE control.change (
     seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
     change_id text PRIMARY KEY,
     scope text NOT NULL,
     authority text NOT NULL,
     title text NOT NULL,
     reason text,
     author text NOT NULL,
     author_name text NOT NULL,
     operations json NOT NULL,
     state text NOT NULL,
     emergency_until timestamptz,
     revision integer NOT NULL DEFAULT 1,
     proposed_at timestamptz NOT NULL DEFAULT now(),
     settled_at timestamptz,
     settled_by text,
     settled_reason text,
     statement text
   );
   COMMENT ON COLUMN control.change.scope IS 'Tenant, or * for what belongs to no tenant.';
   COMMENT ON COLUMN control.change.authority IS
     'Scope whose people decide: the tenant, or * for the first profile of a tenant that has no people yet.';
   COMMENT ON COLUMN control.change.statement IS 'Compact JWS of the control-plane about the change that took effect.';
   CREATE INDEX change_of_scope ON control.change (scope, seq DESC);
   CREATE INDEX change_emergency ON control.change (emergency_until) WHERE state = 'emergency';

   CREATE TABLE control.approval (
     change_id text NOT NULL REFERENCES control.change,
     role text NOT NULL,
     subject text NOT NULL,
     name text NOT NULL,
     at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (change_id, role),
     UNIQUE (change_id, subject)
   );

   CREATE TABLE control.version (
     seq bigint PRIMARY KEY,
     scope text NOT NULL,
     kind text NOT NULL,
     id text NOT NULL,
     version integer NOT NULL CHECK (version > 0),
     body json,
     change_id text NOT NULL REFERENCES control.change,
     at timestamptz NOT NULL DEFAULT now(),
     UNIQUE (scope, kind, id, version)
   );
   COMMENT ON COLUMN control.version.body IS 'Null where the thing was retired.';

   CREATE TABLE control.acknowledgement (
     seq bigint PRIMARY KEY,
     tenant text NOT NULL,
     version integer NOT NULL,
     text text NOT NULL,
     text_digest text NOT NULL,
     name text NOT NULL,
     subject text NOT NULL,
     at timestamptz NOT NULL,
     withdrawn boolean NOT NULL DEFAULT false
   );
   COMMENT ON COLUMN control.acknowledgement.withdrawn IS
     'True: from here on nothing is acknowledged any more, whatever was before.';
   CREATE INDEX acknowledgement_of_tenant ON control.acknowledgement (tenant, seq);

   CREATE TABLE control.audit (
     seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     at timestamptz NOT NULL DEFAULT now(),
     scope text NOT NULL,
     subject text NOT NULL,
     act text NOT NULL,
     target text NOT NULL,
     detail text NOT NULL
   );
   CREATE INDEX audit_of_scope ON control.audit (scope, seq DESC);

   CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON control.version
     FOR EACH ROW EXECUTE FUNCTION control.refuse_change();
   CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON control.acknowledgement
     FOR EACH ROW EXECUTE FUNCTION control.refuse_change();
   CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON control.audit
     FOR EACH ROW EXECUTE FUNCTION control.refuse_change();
   CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON control.approval
     FOR EACH ROW EXECUTE FUNCTION control.refuse_change();

   CREATE TABLE control.person (
     person_id text PRIMARY KEY,
     scope text NOT NULL,
     subject text NOT NULL,
     user_name text NOT NULL,
     external_id text,
     display_name text NOT NULL,
     active boolean NOT NULL DEFAULT true,
     created_at timestamptz NOT NULL DEFAULT now(),
     modified_at timestamptz NOT NULL DEFAULT now()
   );
   COMMENT ON COLUMN control.person.subject IS 'What the issuer calls the person: claim sub of an access token.';
   CREATE UNIQUE INDEX person_subject ON control.person (scope, subject);
   CREATE UNIQUE INDEX person_user_name ON control.person (scope, lower(user_name));
   CREATE INDEX person_by_subject ON control.person (subject);

   CREATE TABLE control.team (
     team_id text PRIMARY KEY,
     scope text NOT NULL,
     display_name text NOT NULL,
     external_id text,
     created_at timestamptz NOT NULL DEFAULT now(),
     modified_at timestamptz NOT NULL DEFAULT now()
   );
   COMMENT ON TABLE control.team IS 'A group of people of one scope; one that is named as a role gives it to its members.';
   CREATE UNIQUE INDEX team_name ON control.team (scope, lower(display_name));

   CREATE TABLE control.member (
     team_id text NOT NULL REFERENCES control.team ON DELETE CASCADE,
     person_id text NOT NULL REFERENCES control.person ON DELETE CASCADE,
     PRIMARY KEY (team_id, person_id)
   );
   CREATE INDEX member_person ON control.member (person_id);

   CREATE TABLE control.service_client (
     client_id text PRIMARY KEY,
     tenant text NOT NULL,
     created_by text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     revoked_at timestamptz
   );

   CREATE TABLE control.scim_bearer (
     bearer_id text PRIMARY KEY,
     scope text NOT NULL,
     digest text NOT NULL UNIQUE,
     created_by text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     expires_at timestamptz NOT NULL,
     revoked_at timestamptz
   );
   COMMENT ON COLUMN control.scim_bearer.digest IS 'SHA-256 of the bearer; the bearer itself is 256 random bits and kept nowhere.';

   CREATE TABLE control.support_access (
     seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
     access_id text PRIMARY KEY,
     tenant text NOT NULL,
     subject text NOT NULL,
     name text NOT NULL,
     reason text NOT NULL,
     minutes integer NOT NULL,
     asked_at timestamptz NOT NULL DEFAULT now(),
     granted_by text,
     granted_until timestamptz,
     ended_at timestamptz
   );
   CREATE INDEX support_of_subject ON control.support_access (subject) WHERE granted_until IS NOT NULL;

   CREATE TABLE control.idempotency (
     subject text NOT NULL,
     key text NOT NULL,
     request_digest text NOT NULL,
     status integer NOT NULL,
     headers jsonb NOT NULL,
     body text NOT NULL,
     at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (subject, key)
   );

   CREATE TABLE control.violation (
     seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     violation_id text NOT NULL,
     region text NOT NULL,
     tenant text NOT NULL,
     code text NOT NULL,
     detail text NOT NULL,
     at timestamptz NOT NULL DEFAULT now(),
     UNIQUE (violation_id, region)
   );
   COMMENT ON TABLE control.violation IS 'Violations that wait to be written to a cell; a row goes once the cell has it.';`,
  `ALTER TABLE control.change ADD COLUMN reviewed_by text, ADD COLUMN reviewed_at timestamptz, ADD COLUMN review text;
   COMMENT ON COLUMN control.change.review IS 'What was found about an emergency that ended without two approvals.';`,
  `CREATE TABLE control.crm_key (
     tenant text NOT NULL,
     connection text NOT NULL,
     kid text NOT NULL,
     public_key json NOT NULL,
     sealed text NOT NULL,
     created_by text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     used_from timestamptz,
     PRIMARY KEY (tenant, connection, kid)
   );
   COMMENT ON COLUMN control.crm_key.sealed IS
     'Private key under a data key of its own, which the key provider wraps; the provider''s key is not in this database.';
   COMMENT ON COLUMN control.crm_key.used_from IS 'Null: the CRM does not know the key yet.';

   CREATE TABLE control.lease (
     lease_id text PRIMARY KEY,
     token_id text NOT NULL UNIQUE,
     tenant text NOT NULL,
     cell text NOT NULL,
     purpose text NOT NULL,
     object text NOT NULL,
     connection text NOT NULL,
     client text NOT NULL,
     event text NOT NULL,
     audience text NOT NULL,
     revocation_endpoint text NOT NULL,
     token_digest text NOT NULL,
     sealed_token text,
     minted_at timestamptz NOT NULL,
     expires_at timestamptz NOT NULL,
     ended_at timestamptz,
     ended_by text
   );
   COMMENT ON COLUMN control.lease.sealed_token IS
     'The CRM''s token, sealed, until it has been ended at the CRM; null from then on.';
   CREATE INDEX lease_of_tenant ON control.lease (tenant, minted_at DESC);
   CREATE INDEX lease_open ON control.lease (expires_at) WHERE sealed_token IS NOT NULL;

   CREATE TABLE control.connection_act (
     seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     tenant text NOT NULL,
     connection text NOT NULL,
     act text NOT NULL CHECK (act IN ('end', 'revoke', 'restore')),
     by text NOT NULL,
     reason text NOT NULL,
     at timestamptz NOT NULL
   );
   COMMENT ON TABLE control.connection_act IS 'What was done to the credentials of connections; the newest says how one stands.';

   CREATE TABLE control.client_act (
     seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     client text NOT NULL,
     act text NOT NULL CHECK (act IN ('revoke', 'restore')),
     by text NOT NULL,
     reason text NOT NULL,
     at timestamptz NOT NULL DEFAULT now()
   );
   COMMENT ON COLUMN control.client_act.client IS 'SPIFFE id of a service.';

   CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON control.connection_act
     FOR EACH ROW EXECUTE FUNCTION control.refuse_change();
   CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON control.client_act
     FOR EACH ROW EXECUTE FUNCTION control.refuse_change();

   CREATE TABLE control.shown_once (digest text PRIMARY KEY, until timestamptz NOT NULL);
   COMMENT ON TABLE control.shown_once IS 'Client assertions and DPoP proofs that were shown, while they are valid.';

   CREATE TABLE control.ended_token (token_id text PRIMARY KEY, until timestamptz NOT NULL);
   COMMENT ON TABLE control.ended_token IS 'Tokens of this service that were revoked, until they expire.';`,
  `CREATE TABLE control.release (
     seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
     release_id text PRIMARY KEY,
     tenant text NOT NULL,
     event text NOT NULL,
     region text NOT NULL,
     topic text NOT NULL,
     partition integer NOT NULL,
     position bigint NOT NULL,
     reference text NOT NULL,
     asked_by text NOT NULL,
     asked_at timestamptz NOT NULL,
     approved_by text,
     role text,
     approved_at timestamptz,
     expires_at timestamptz,
     signed_order text,
     CHECK (approved_by IS DISTINCT FROM asked_by)
   );
   COMMENT ON TABLE control.release IS
     'Requests to have a record judged anew that a cell keeps back at topic/partition/position, and their approvals.';
   CREATE INDEX release_at ON control.release (region, topic, partition, position);
   CREATE INDEX release_waiting ON control.release (tenant, seq DESC) WHERE approved_at IS NULL;`,
  `ALTER TABLE control.crm_key ALTER COLUMN public_key DROP NOT NULL;
   COMMENT ON COLUMN control.crm_key.public_key IS 'Null: a secret that the CRM has made.';
   COMMENT ON COLUMN control.crm_key.sealed IS
     'Private key or secret under a data key of its own, which the key provider wraps; the provider''s key is not in this database.';
   ALTER TABLE control.lease ALTER COLUMN revocation_endpoint DROP NOT NULL,
     ADD COLUMN kind text NOT NULL DEFAULT 'generic-http';
   COMMENT ON COLUMN control.lease.revocation_endpoint IS 'Null: the CRM can end no token before its time.';
   COMMENT ON COLUMN control.lease.event IS 'Record for whose answer it was minted; empty where it is for reading.';`,
  `CREATE TABLE control.mint (
     seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     mint_id text NOT NULL UNIQUE,
     region text NOT NULL,
     tenant text NOT NULL,
     purpose text NOT NULL,
     object text NOT NULL,
     event text NOT NULL,
     connection text NOT NULL,
     client text NOT NULL,
     token_id text,
     seconds integer NOT NULL,
     at timestamptz NOT NULL DEFAULT now()
   );
   COMMENT ON TABLE control.mint IS 'Credentials whose mint waits to be told to a cell; a row goes once the cell has it.';
   COMMENT ON COLUMN control.mint.token_id IS 'Token by which a lease was asked for; null for a token.';`,
];
