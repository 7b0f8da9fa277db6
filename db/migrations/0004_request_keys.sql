-- What a request can be found by beside its visitor and its time, as numbers for one index. Two things may share a number:
-- who asks says in full what it wants, too. A network has three: one of 64 for the wider range that it lies in, and two of
-- 256 for itself, which tell it well enough together and are shared by so many that each costs little. What nearly every
-- request is, a GET of a page or a file that was answered with 2xx, has none.
CREATE FUNCTION "request_keys"(path_id integer, network cidr, country_code character, status smallint, nature integer, signals integer) RETURNS integer[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10 AS $$
BEGIN
	-- Not in SQL: Postgres would write all of this into every question, once for each partition, and plan for longer than it reads.
	RETURN array_remove(ARRAY[
		path_id,
		CASE WHEN path_id IS NULL AND nature IS NOT NULL THEN 1 END,
		CASE WHEN signals & 16384 <> 0 THEN 2 END,
		256 + (hashinet(set_masklen(network, CASE family(network) WHEN 4 THEN 16 ELSE 32 END)) & 63),
		512 + (hashinet(network) & 255),
		768 + ((hashinet(network) >> 8) & 255),
		CASE WHEN (nature >> 17) & 63 NOT IN (8, 12) OR status / 100 IS DISTINCT FROM 2
			THEN 4096 + (coalesce(status, 0) / 100 << 6) + ((nature >> 17) & 63) END,
		8192 + (hashbpchar(country_code) & 1023)
	], NULL);
END
$$;
--> statement-breakpoint
DROP INDEX "request_rows_network";--> statement-breakpoint
DROP INDEX "request_rows_path";--> statement-breakpoint
DROP INDEX "request_rows_country";--> statement-breakpoint
DROP INDEX "request_rows_missing_scripts";--> statement-breakpoint
DROP INDEX "request_rows_noteworthy";--> statement-breakpoint
CREATE INDEX "request_rows_keys" ON "request_rows" USING gin (request_keys("path_id", "network", "country_code", "status", "nature", "signals")) WITH (gin_pending_list_limit=64);--> statement-breakpoint
CREATE INDEX "request_rows_noteworthy" ON "request_rows" USING btree (("nature" & 12),minute_of("id")) WHERE "request_rows"."nature" & 512 = 512;--> statement-breakpoint
-- The default partition is made when a request comes that no other has room for: empty, it is room for nothing.
DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM request_logs_default) THEN
		DROP TABLE request_logs_default;
	END IF;
END $$;
--> statement-breakpoint
-- What Postgres knows of the values in an index of expressions it learns by this alone.
ANALYZE "request_rows";
