package dev.tradewind.business;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Cuts a file of businesses into its records: lines of JSON, or CSV records under a header. A file whose first or second
 * line starts with a brace is JSON Lines; a first line that is no header with the columns id and url is a record, too. A quoted CSV field may hold line breaks; a quote that is never closed spoils its own
 * line and no other. A record of more than {@link #MAX_RECORD} bytes is passed on cut, with a fault.
 */
public final class BusinessLines implements Closeable {
    /** Bytes of the longest record that is read whole. */
    public static final int MAX_RECORD = 64 * 1024;

    private static final int MAX_LINES_A_RECORD = 20;

    private final InputStream in;
    private final String file;
    private final Deque<Line> ahead = new ArrayDeque<>();
    private long linesRead;
    private boolean started;
    private String header;

    private record Line(String text, long number, boolean cut) {}

    public BusinessLines(InputStream in, String file) {
        this.in = new BufferedInputStream(in, 64 * 1024);
        this.file = file;
    }

    /** Of a file that is known to be JSON Lines, whatever its first lines are like. */
    static BusinessLines ofJson(InputStream in, String file) {
        var lines = new BusinessLines(in, file);
        lines.started = true;
        return lines;
    }

    /** The next record that is not blank, or null at the end. */
    public SubmittedLine next() throws IOException {
        var line = nextNotBlank();
        if (!started && line != null) {
            started = true;
            var second = nextNotBlank();
            if (second != null) {
                ahead.addFirst(second);
            }
            if (!isJson(line) && !isJson(second)) {
                header = line.text;
                line = hasNeededColumns(header) ? nextNotBlank() : line;
            }
        }
        if (line == null) {
            return null;
        }
        var origin = Origin.ofFile(file, line.number);
        if (line.cut) {
            return new SubmittedLine(line.text, header, origin, Fault.TOO_LONG);
        }
        return new SubmittedLine(header == null ? line.text : wholeRecord(line), header, origin, null);
    }

    private static boolean isJson(Line line) {
        return line != null && line.text.stripLeading().matches("(?s)[{\\[].*");
    }

    private static boolean hasNeededColumns(String header) {
        var columns = Stream.of(header.split(","))
                .map(column -> column.replace("\"", "").strip().toLowerCase(Locale.ROOT))
                .toList();
        return columns.contains("id") && columns.contains("url");
    }

    private Line nextNotBlank() throws IOException {
        var line = nextLine();
        while (line != null && line.text.isBlank()) {
            line = nextLine();
        }
        return line;
    }

    private Line nextLine() throws IOException {
        return ahead.isEmpty() ? readLine() : ahead.poll();
    }

    /** Joins the lines of a quoted field; where the quote stays open, the line is given alone and the others are kept. */
    private String wholeRecord(Line first) throws IOException {
        var record = new StringBuilder(first.text);
        var joined = new ArrayDeque<Line>();
        while (endsInsideQuotes(record)) {
            var next = joined.size() < MAX_LINES_A_RECORD ? nextLine() : null;
            if (next != null) {
                joined.add(next);
                record.append('\n').append(next.text);
            }
            if (next == null || next.cut || record.length() > MAX_RECORD) {
                while (!joined.isEmpty()) {
                    ahead.addFirst(joined.pollLast());
                }
                return first.text;
            }
        }
        return record.toString();
    }

    /** Whether the last quoted field of a record is still open; one that closes in the middle of a field was none. */
    private static boolean endsInsideQuotes(CharSequence record) {
        boolean quoted = false;
        boolean atFieldStart = true;
        for (int i = 0; i < record.length(); i++) {
            char c = record.charAt(i);
            if (!quoted) {
                quoted = atFieldStart && c == '"';
                atFieldStart = c == ',' || (atFieldStart && c == ' ');
            } else if (c == '"') {
                char next = i + 1 < record.length() ? record.charAt(i + 1) : ',';
                if (next == '"') {
                    i++;
                } else if (next == ',' || next == ' ') {
                    quoted = false;
                } else {
                    return true;
                }
            }
        }
        return quoted;
    }

    private Line readLine() throws IOException {
        var bytes = new ByteArrayOutputStream(256);
        boolean cut = false;
        int b = in.read();
        if (b < 0) {
            return null;
        }
        for (; b >= 0 && b != '\n'; b = in.read()) {
            if (bytes.size() < MAX_RECORD) {
                bytes.write(b);
            } else {
                cut = true;
            }
        }
        linesRead++;
        var text = bytes.toString(StandardCharsets.UTF_8);
        if (linesRead == 1 && text.startsWith("\uFEFF")) {
            text = text.substring(1);
        }
        if (text.endsWith("\r")) {
            text = text.substring(0, text.length() - 1);
        }
        return new Line(text, linesRead, cut);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
