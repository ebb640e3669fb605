// Days are the person's own; spans take in their last day.
import { expect, it } from "vitest";

import { dayOf, endOf, momentOf } from "../../src/model/days";

it("goes from a moment to its day and back to the day's beginning", () => {
  const noon = new Date(2026, 1, 28, 12).getTime();
  expect(dayOf(noon)).toBe("2026-02-28");
  expect(dayOf(noon, 1)).toBe("2026-03-01");
  expect(momentOf("2026-02-28")).toBe(new Date(2026, 1, 28).toISOString());
  expect(momentOf("2026-02-28", 8)).toBe(new Date(2026, 1, 28, 8).toISOString());
});

it("ends a day where the next begins, also that of a year", () => {
  expect(endOf("2026-12-31")).toBe(momentOf("2027-01-01"));
});

it("knows no moment of no day", () => {
  expect([momentOf(""), endOf(undefined)]).toEqual([undefined, undefined]);
});
