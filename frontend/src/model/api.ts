// The API's own words, from its document.
import type { components } from "./schema";

export type Schemas = components["schemas"];
export type Crop = Schemas["Crop"];
export type IssueCode = Schemas["QualityIssue"]["code"];
export type RankedLabel = Schemas["RankedLabel"];
export type AssessRequest = Schemas["AssessRequest"];
export type Assessment = Schemas["Assessment"];
export type NextStep = Schemas["NextStep"];
export type Tier = NextStep["tier"];
export type Thread = Schemas["Thread"];
export type PhotoReadings = Schemas["PhotoReadings"];
