// Starts the admin page.
import { AdminPage } from "../pages/admin/AdminPage";
import { start } from "./start";

start(<AdminPage />, (words) => words.titles.admin);
