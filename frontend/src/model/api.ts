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

/** The server says everything that it may be spared when it is sent something. */
export type Whole<T> = { [K in keyof T]-?: Whole<Exclude<T[K], undefined>> };
export type LesionFigures = Schemas["LesionFigures"];
export type Revisit = Schemas["Revisit"];
export type ReminderView = Schemas["ReminderView"];
