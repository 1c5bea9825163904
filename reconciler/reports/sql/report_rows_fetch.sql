-- The next rows of the open report.
FETCH 1000 FROM report_rows
