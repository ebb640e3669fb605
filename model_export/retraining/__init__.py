"""The loop's own training: from a claimed run to a judged candidate, with what doctors agreed on."""
