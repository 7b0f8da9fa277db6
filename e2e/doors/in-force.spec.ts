import { testInForce } from "@/e2e/fixtures/in-force";

testInForce();
