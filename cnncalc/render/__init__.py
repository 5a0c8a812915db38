"""Results to text: tables, JSON, CSV, Markdown. Formats receive results and never compute."""
