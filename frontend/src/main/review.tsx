// Starts the review page.
import "../styles/review.css";
import "../styles/rooms.css";
import "../styles/admin.css";

import { ReviewPage } from "../pages/review/ReviewPage";
import { start } from "./start";

start(<ReviewPage />, (words) => words.titles.review);
