-- Requests and their counts take a third of the room from here on. What is on record is written anew, in one transaction:
-- about a minute for each million requests, and while it runs as much room again as they took.
CREATE TYPE "public"."rollup_span" AS ENUM('hour', 'day');
--> statement-breakpoint
-- The time of a UUIDv7: its first 48 bits are milliseconds since 1970.
CREATE FUNCTION "request_time"(id uuid) RETURNS timestamp with time zone LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT to_timestamp(('x' || replace(left(id::text, 13), '-', ''))::bit(48)::bigint / 1000.0::double precision)
$$;
--> statement-breakpoint
-- Its first 32 bits: steps of 65.536 seconds.
CREATE FUNCTION "minute_of"(id uuid) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT (get_byte(uuid_send(id), 0) << 24) | (get_byte(uuid_send(id), 1) << 16) | (get_byte(uuid_send(id), 2) << 8) | get_byte(uuid_send(id), 3)
$$;
--> statement-breakpoint
-- The first 32 bits of a hash, in the order of the hashes that begin with one hex digit.
CREATE FUNCTION "hash_key"(hash bytea) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT (get_byte(hash, 0) << 24) | (get_byte(hash, 1) << 16) | (get_byte(hash, 2) << 8) | get_byte(hash, 3)
$$;
--> statement-breakpoint
-- The id under which "texts" keeps a text of a kind.
CREATE FUNCTION "text_id"(kind smallint, value text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT (hashtextextended(value, kind::bigint) >> 32)::integer
$$;
--> statement-breakpoint
-- The new tables take the names of the old ones, partitions and indexes included.
DO $$
DECLARE found record;
BEGIN
	FOR found IN
		SELECT relname AS name, relkind AS kind FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
		WHERE nspname = current_schema() AND relname ~ '^(request_logs|traffic_rollups|user_agents)' AND relkind IN ('r', 'p', 'i', 'I')
	LOOP
		EXECUTE format('ALTER %s %I RENAME TO %I', CASE WHEN found.kind IN ('i', 'I') THEN 'INDEX' ELSE 'TABLE' END,
			found.name, 'old_' || left(found.name, 59));
	END LOOP;
END $$;
--> statement-breakpoint
CREATE TABLE "request_rows" (
	"id" uuid PRIMARY KEY NOT NULL,
	"nature" integer NOT NULL,
	"agent_bit" smallint DEFAULT 0 NOT NULL,
	"ip_hash" "bytea" NOT NULL,
	"path_bit" smallint,
	"signals" integer,
	"user_agent_id" integer,
	"path_id" integer,
	"place_id" integer,
	"host_id" integer,
	"referrer_id" integer,
	"duration_ms" integer,
	"status" smallint,
	"country_code" char(2),
	"network" "cidr" NOT NULL,
	"rule_id" integer,
	"user_id" integer,
	"asn" bigint,
	"address_hash" "bytea",
	"ip" "inet",
	"policy" text,
	"method" text,
	"path" text,
	"host" text,
	"referrer_host" text,
	"user_agent" text,
	"place" text
) PARTITION BY RANGE ("id");
--> statement-breakpoint
CREATE TABLE "texts" (
	"id" integer PRIMARY KEY NOT NULL,
	"kind" smallint NOT NULL,
	"text" text NOT NULL,
	"class" "user_agent_class",
	"name" text,
	"os" text
);
--> statement-breakpoint
CREATE TABLE "traffic_rollups" (
	"bucket" timestamp with time zone NOT NULL,
	"dimension" "rollup_dimension" NOT NULL,
	"span" "rollup_span" DEFAULT 'hour' NOT NULL,
	"allowed" integer DEFAULT 0 NOT NULL,
	"blocked" integer DEFAULT 0 NOT NULL,
	"limited" integer DEFAULT 0 NOT NULL,
	"keys" text[],
	"requests" integer[],
	"refused" integer[],
	"visitors" "bytea",
	"key_visitors" "bytea"[],
	CONSTRAINT "traffic_rollups_dimension_span_bucket_pk" PRIMARY KEY("dimension","span","bucket")
);
--> statement-breakpoint
CREATE VIEW "user_agents" AS
	SELECT id, text AS user_agent, class, name, os FROM texts WHERE kind = 1;
--> statement-breakpoint
CREATE VIEW "request_logs" AS
	SELECT
		seen.id, request_time(seen.id) AS occurred_at, coalesce(seen.signals, 0) AS signals, seen.agent_bit, seen.path_bit,
		seen.nature, seen.ip_hash, seen.user_agent_id, seen.rule_id, seen.user_id, seen.asn, seen.duration_ms,
		nullif(split_part(coalesce(seen.place, place.text), '|', 3), '')::real AS latitude,
		nullif(split_part(coalesce(seen.place, place.text), '|', 4), '')::real AS longitude,
		CASE WHEN seen.nature & 4 <> 0 THEN 'block' WHEN seen.nature & 8 <> 0 THEN 'limit' ELSE 'allow' END AS verdict,
		(ARRAY['default', 'allow-rule', 'within-limit', 'degraded', 'block-rule', 'no-address', 'rules-unavailable',
			'rate-limit', 'limiter-unavailable'])[1 + ((seen.nature >> 11) & 15)] AS reason,
		(ARRAY['edge', 'node', 'ask'])[1 + ((seen.nature >> 15) & 3)] AS door,
		(ARRAY['page', 'api', 'data', 'prefetch', 'asset'])[1 + ((seen.nature >> 17) & 7)] AS kind,
		seen.status, seen.country_code, seen.address_hash, seen.ip, seen.network,
		coalesce(seen.method, (ARRAY['GET', 'POST', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])[(seen.nature >> 20) & 7], '') AS method,
		coalesce(seen.host, host.text) AS host, coalesce(seen.path, path.text, '') AS path,
		coalesce(seen.referrer_host, referrer.text) AS referrer_host,
		nullif(split_part(coalesce(seen.place, place.text), '|', 2), '') AS city, seen.policy,
		coalesce(seen.user_agent, agent.text, '') AS user_agent, agent.class AS agent_class, agent.name AS agent_name,
		agent.os AS agent_os, seen.path_id
	FROM request_rows seen
		LEFT JOIN texts place ON place.id = seen.place_id
		LEFT JOIN texts host ON host.id = seen.host_id
		LEFT JOIN texts path ON path.id = seen.path_id
		LEFT JOIN texts referrer ON referrer.id = seen.referrer_id
		LEFT JOIN texts agent ON agent.id = seen.user_agent_id;
--> statement-breakpoint
-- Partitions of the days that the old table had, the default one among them.
DO $$
DECLARE found record;
BEGIN
	FOR found IN
		SELECT substr(relname, 5) AS name, pg_get_expr(relpartbound, pg_class.oid) AS bound FROM pg_inherits
			JOIN pg_class ON pg_class.oid = inhrelid
		WHERE inhparent = 'old_request_logs'::regclass
	LOOP
		EXECUTE format('CREATE TABLE %I PARTITION OF request_rows %s', found.name, found.bound);
	END LOOP;
END $$;
--> statement-breakpoint
INSERT INTO "texts" (id, kind, text, class, name, os)
	SELECT DISTINCT ON (text_id(1::smallint, user_agent)) text_id(1::smallint, user_agent), 1, user_agent, class, name, os
	FROM old_user_agents ORDER BY 1, old_user_agents.id;
--> statement-breakpoint
INSERT INTO "texts" (id, kind, text)
	SELECT DISTINCT ON (text_id(kind, text)) text_id(kind, text), kind, text FROM (
		(SELECT 2::smallint AS kind, path AS text FROM old_request_logs WHERE length(path) <= 255 GROUP BY 2 ORDER BY count(*) DESC LIMIT 25000)
		UNION ALL
		(SELECT 3::smallint, name FROM (SELECT host FROM old_request_logs UNION ALL SELECT referrer_host FROM old_request_logs) AS named (name)
			WHERE name IS NOT NULL GROUP BY 2 ORDER BY count(*) DESC LIMIT 5000)
		UNION ALL
		(SELECT 4::smallint, place_text FROM (
			SELECT coalesce(country_code, '') || '|' || replace(coalesce(city, ''), '|', ' ') || '|'
				|| coalesce(round(latitude::numeric, 2)::text, '') || '|' || coalesce(round(longitude::numeric, 2)::text, '') AS place_text
			FROM old_request_logs WHERE city IS NOT NULL OR latitude IS NOT NULL
		) AS placed GROUP BY 2 ORDER BY count(*) DESC LIMIT 50000)
	) AS frequent
	ORDER BY 1
	ON CONFLICT DO NOTHING;
--> statement-breakpoint
INSERT INTO "request_rows" (
		id, nature, agent_bit, ip_hash, path_bit, signals, user_agent_id, path_id, place_id, host_id, referrer_id, duration_ms,
		status, country_code, network, rule_id, user_id, asn, address_hash, ip, policy, method, path, host, referrer_host,
		user_agent, place
	)
	SELECT
		seen.id,
		(seen.nature::integer & ~12) | (CASE verdict::text WHEN 'block' THEN 516 WHEN 'limit' THEN 520 ELSE 0 END)
			| ((array_position(ARRAY['default', 'allow-rule', 'within-limit', 'degraded', 'block-rule', 'no-address', 'rules-unavailable',
				'rate-limit', 'limiter-unavailable'], reason::text) - 1) << 11)
			| ((array_position(ARRAY['edge', 'node', 'ask'], door::text) - 1) << 15)
			| ((array_position(ARRAY['page', 'api', 'data', 'prefetch', 'asset'], seen.kind::text) - 1) << 17)
			| (coalesce(array_position(ARRAY['GET', 'POST', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], seen.method), 0) << 20),
		(seen.agent_bit & 63)::smallint, seen.ip_hash, (seen.path_bit & 63)::smallint, nullif(seen.signals, 0), agent.id, path.id, place.id, host.id, referrer.id,
		seen.duration_ms, seen.status, seen.country_code, seen.network, seen.rule_id, seen.user_id, seen.asn, seen.address_hash,
		seen.ip, seen.policy,
		CASE WHEN seen.method NOT IN ('GET', 'POST', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS') THEN seen.method END,
		CASE WHEN path.id IS NULL THEN seen.path END,
		CASE WHEN host.id IS NULL THEN seen.host END,
		CASE WHEN referrer.id IS NULL THEN seen.referrer_host END,
		CASE WHEN agent.id IS NULL THEN coalesce(named.user_agent, seen.user_agent) END,
		CASE WHEN place.id IS NULL AND (seen.city IS NOT NULL OR seen.latitude IS NOT NULL) THEN placed.place_text END
	FROM old_request_logs seen
		CROSS JOIN LATERAL (
			SELECT coalesce(country_code, '') || '|' || replace(coalesce(city, ''), '|', ' ') || '|'
				|| coalesce(round(latitude::numeric, 2)::text, '') || '|' || coalesce(round(longitude::numeric, 2)::text, '') AS place_text
		) AS placed
		LEFT JOIN old_user_agents named ON named.id = seen.user_agent_id
		LEFT JOIN texts agent ON agent.id = text_id(1::smallint, named.user_agent) AND agent.kind = 1 AND agent.text = named.user_agent
		LEFT JOIN texts path ON path.id = text_id(2::smallint, seen.path) AND path.kind = 2 AND path.text = seen.path
		LEFT JOIN texts host ON host.id = text_id(3::smallint, seen.host) AND host.kind = 3 AND host.text = seen.host
		LEFT JOIN texts referrer ON referrer.id = text_id(3::smallint, seen.referrer_host) AND referrer.kind = 3 AND referrer.text = seen.referrer_host
		LEFT JOIN texts place ON place.id = text_id(4::smallint, placed.place_text) AND place.kind = 4 AND place.text = placed.place_text
			AND (seen.city IS NOT NULL OR seen.latitude IS NOT NULL)
	ORDER BY seen.id;
--> statement-breakpoint
INSERT INTO "traffic_rollups" (bucket, dimension, span, allowed, blocked, limited)
	SELECT bucket, 'total', 'hour', allowed, blocked, limited FROM old_traffic_rollups WHERE dimension = 'total';
--> statement-breakpoint
INSERT INTO "traffic_rollups" (bucket, dimension, span, allowed, blocked, limited, keys, requests, refused, visitors, key_visitors)
	SELECT counted.bucket, counted.dimension, 'hour', total.allowed, total.blocked, total.limited,
		array_agg(counted.key ORDER BY counted.allowed + counted.blocked + counted.limited DESC, counted.key),
		array_agg(counted.allowed + counted.blocked + counted.limited ORDER BY counted.allowed + counted.blocked + counted.limited DESC, counted.key),
		array_agg(counted.blocked + counted.limited ORDER BY counted.allowed + counted.blocked + counted.limited DESC, counted.key),
		CASE WHEN counted.dimension = 'country' THEN total.visitors END,
		CASE WHEN counted.dimension = 'country' THEN
			(array_agg(counted.visitors ORDER BY counted.allowed + counted.blocked + counted.limited DESC, counted.key))[1:12] END
	FROM old_traffic_rollups counted JOIN old_traffic_rollups total ON total.bucket = counted.bucket AND total.dimension = 'total'
	WHERE counted.dimension <> 'total' AND counted.key <> '~other'
	GROUP BY counted.bucket, counted.dimension, total.allowed, total.blocked, total.limited, total.visitors;
--> statement-breakpoint
DROP TABLE "old_request_logs";
--> statement-breakpoint
DROP TABLE "old_user_agents";
--> statement-breakpoint
DROP TABLE "old_traffic_rollups";
--> statement-breakpoint
DROP TYPE "public"."door_name";
--> statement-breakpoint
DROP TYPE "public"."request_kind";
--> statement-breakpoint
DROP TYPE "public"."verdict_action";
--> statement-breakpoint
DROP TYPE "public"."verdict_reason";
--> statement-breakpoint
CREATE INDEX "request_rows_visitor" ON "request_rows" USING btree (hash_key("ip_hash"),minute_of("id"));
--> statement-breakpoint
CREATE INDEX "request_rows_network" ON "request_rows" USING btree ("network");
--> statement-breakpoint
CREATE INDEX "request_rows_path" ON "request_rows" USING btree ("path_id");
--> statement-breakpoint
CREATE INDEX "request_rows_country" ON "request_rows" USING btree ("country_code");
--> statement-breakpoint
CREATE INDEX "request_rows_signed_in" ON "request_rows" USING btree ("user_id","id") WHERE "request_rows"."user_id" is not null;
--> statement-breakpoint
CREATE INDEX "request_rows_noteworthy" ON "request_rows" USING btree (("nature" & 12),"id") WHERE "request_rows"."nature" & 512 = 512;
--> statement-breakpoint
CREATE INDEX "request_rows_missing_scripts" ON "request_rows" USING btree ("id") WHERE "request_rows"."signals" & 16384 <> 0;
