// Starts the admin page.
import "../styles/review.css";
import "../styles/rooms.css";
import "../styles/admin.css";

import { AdminPage } from "../pages/admin/AdminPage";
import { start } from "./start";

start(<AdminPage />, (words) => words.titles.admin);
