CREATE TYPE "public"."detection_trigger" AS ENUM('schedule', 'manual', 'drain', 'api');--> statement-breakpoint
CREATE TYPE "public"."door_name" AS ENUM('edge', 'node', 'ask');--> statement-breakpoint
CREATE TYPE "public"."follow_up" AS ENUM('none', 'would-block', 'blocked', 'guarded', 'failed');--> statement-breakpoint
CREATE TYPE "public"."request_kind" AS ENUM('page', 'api', 'data', 'prefetch', 'asset');--> statement-breakpoint
CREATE TYPE "public"."rollup_dimension" AS ENUM('total', 'country', 'network', 'path', 'place');--> statement-breakpoint
CREATE TYPE "public"."rule_action" AS ENUM('allow', 'block');--> statement-breakpoint
CREATE TYPE "public"."suspicious_status" AS ENUM('open', 'blocked', 'ignored', 'resolved');--> statement-breakpoint
CREATE TYPE "public"."target_kind" AS ENUM('address', 'range', 'hash');--> statement-breakpoint
CREATE TYPE "public"."user_agent_class" AS ENUM('browser', 'crawler', 'bot', 'tool', 'scanner', 'unknown');--> statement-breakpoint
CREATE TYPE "public"."user_role" AS ENUM('viewer', 'admin');--> statement-breakpoint
CREATE TYPE "public"."verdict_action" AS ENUM('allow', 'block', 'limit');--> statement-breakpoint
CREATE TYPE "public"."verdict_reason" AS ENUM('default', 'allow-rule', 'within-limit', 'degraded', 'block-rule', 'no-address', 'rules-unavailable', 'rate-limit', 'limiter-unavailable');--> statement-breakpoint
CREATE TABLE "audit_logs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_logs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"occurred_at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"before" jsonb,
	"after" jsonb
);
--> statement-breakpoint
CREATE TABLE "detection_runs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "detection_runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"trigger" "detection_trigger" NOT NULL,
	"actor" text NOT NULL,
	"window_from" timestamp with time zone NOT NULL,
	"window_to" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"duration_ms" integer NOT NULL,
	"examined" integer NOT NULL,
	"flagged" integer NOT NULL,
	"error" text,
	"details" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ip_rules" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "ip_rules_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"action" "rule_action" NOT NULL,
	"target" text NOT NULL,
	"target_kind" "target_kind" NOT NULL,
	"network" "cidr",
	"reason" text DEFAULT '' NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"origin" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"is_active" boolean DEFAULT true NOT NULL
);
--> statement-breakpoint
CREATE TABLE "job_runs" (
	"job" text PRIMARY KEY NOT NULL,
	"started_at" timestamp with time zone,
	"duration_ms" integer,
	"error" text,
	"result" jsonb,
	"succeeded_at" timestamp with time zone,
	"failing_since" timestamp with time zone,
	"requested_at" timestamp with time zone,
	"request" jsonb
);
--> statement-breakpoint
CREATE TABLE "request_logs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"signals" integer DEFAULT 0 NOT NULL,
	"agent_bit" integer DEFAULT 0 NOT NULL,
	"path_bit" integer,
	"nature" smallint DEFAULT 0 NOT NULL,
	"ip_hash" "bytea" NOT NULL,
	"user_agent_id" integer,
	"rule_id" integer,
	"user_id" integer,
	"asn" bigint,
	"duration_ms" integer,
	"latitude" real,
	"longitude" real,
	"verdict" "verdict_action" NOT NULL,
	"reason" "verdict_reason" NOT NULL,
	"door" "door_name" NOT NULL,
	"kind" "request_kind" NOT NULL,
	"status" smallint,
	"country_code" char(2),
	"address_hash" "bytea",
	"ip" "inet",
	"network" "cidr" NOT NULL,
	"method" text NOT NULL,
	"host" text,
	"path" text NOT NULL,
	"referrer_host" text,
	"city" text,
	"policy" text,
	"user_agent" text
) PARTITION BY RANGE ("id");
--> statement-breakpoint
CREATE TABLE "request_logs_default" PARTITION OF "request_logs" DEFAULT;
--> statement-breakpoint
CREATE TABLE "settings" (
	"key" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "suspicious_ips" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "suspicious_ips_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"target" text NOT NULL,
	"target_kind" "target_kind" NOT NULL,
	"network" "cidr" NOT NULL,
	"ip" "inet",
	"reason" text NOT NULL,
	"reasons" text[] NOT NULL,
	"score" smallint NOT NULL,
	"parts" jsonb NOT NULL,
	"first_detected" timestamp with time zone NOT NULL,
	"last_detected" timestamp with time zone NOT NULL,
	"detections" integer DEFAULT 1 NOT NULL,
	"status" "suspicious_status" DEFAULT 'open' NOT NULL,
	"status_by" text NOT NULL,
	"status_at" timestamp with time zone DEFAULT now() NOT NULL,
	"is_active" boolean GENERATED ALWAYS AS (status in ('open', 'blocked')) STORED NOT NULL,
	"details" jsonb NOT NULL,
	"rule_id" integer,
	"follow_up" "follow_up" DEFAULT 'none' NOT NULL,
	"follow_up_note" text DEFAULT '' NOT NULL,
	"automatic_blocks" smallint DEFAULT 0 NOT NULL,
	CONSTRAINT "suspicious_ips_target_unique" UNIQUE("target")
);
--> statement-breakpoint
CREATE TABLE "traffic_rollups" (
	"bucket" timestamp with time zone NOT NULL,
	"dimension" "rollup_dimension" NOT NULL,
	"key" text NOT NULL,
	"allowed" integer DEFAULT 0 NOT NULL,
	"blocked" integer DEFAULT 0 NOT NULL,
	"limited" integer DEFAULT 0 NOT NULL,
	"visitors" "bytea",
	CONSTRAINT "traffic_rollups_dimension_bucket_key_pk" PRIMARY KEY("dimension","bucket","key")
);
--> statement-breakpoint
CREATE TABLE "user_agents" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "user_agents_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"user_agent" text NOT NULL,
	"class" "user_agent_class" NOT NULL,
	"name" text NOT NULL,
	"os" text,
	"first_seen" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "user_agents_user_agent_unique" UNIQUE("user_agent")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "users_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"username" text NOT NULL,
	"password_hash" text NOT NULL,
	"role" "user_role" NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"session_version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_login_at" timestamp with time zone,
	CONSTRAINT "users_username_unique" UNIQUE("username")
);
--> statement-breakpoint
CREATE INDEX "audit_logs_time" ON "audit_logs" USING btree ("occurred_at");--> statement-breakpoint
CREATE INDEX "detection_runs_time" ON "detection_runs" USING btree ("started_at");--> statement-breakpoint
CREATE UNIQUE INDEX "ip_rules_active_target" ON "ip_rules" USING btree ("action","target") WHERE "ip_rules"."is_active";--> statement-breakpoint
CREATE INDEX "ip_rules_expiry" ON "ip_rules" USING btree ("expires_at") WHERE "ip_rules"."is_active";--> statement-breakpoint
CREATE INDEX "ip_rules_network" ON "ip_rules" USING gist ("network" inet_ops) WHERE "ip_rules"."is_active";--> statement-breakpoint
CREATE INDEX "request_logs_visitor" ON "request_logs" USING btree ("ip_hash","id");--> statement-breakpoint
CREATE INDEX "request_logs_network" ON "request_logs" USING btree ("network","id");--> statement-breakpoint
CREATE INDEX "request_logs_signed_in" ON "request_logs" USING btree ("user_id","id") WHERE "request_logs"."user_id" is not null;--> statement-breakpoint
CREATE INDEX "request_logs_noteworthy" ON "request_logs" USING btree ("id") WHERE "request_logs"."nature" & 512::int2 = 512::int2;--> statement-breakpoint
CREATE INDEX "request_logs_missing_scripts" ON "request_logs" USING btree ("id") WHERE "request_logs"."signals" & 16384 <> 0;--> statement-breakpoint
CREATE INDEX "suspicious_ips_order" ON "suspicious_ips" USING btree ("last_detected","id");--> statement-breakpoint
CREATE INDEX "suspicious_ips_open" ON "suspicious_ips" USING btree ("status","last_detected");