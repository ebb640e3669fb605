// Starts the check page.
import { CheckPage } from "../pages/check/CheckPage";
import { start } from "./start";

start(<CheckPage />, (words) => words.titles.check);
