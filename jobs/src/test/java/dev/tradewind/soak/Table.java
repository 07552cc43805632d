package dev.tradewind.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Measurements as a CSV file, a row for each time, written as they come. */
final class Table implements AutoCloseable {
    static final String MINUTES = "minutes";

    private static final String OWNED_BY = " of ";

    private final CSVPrinter printer;
    private Set<String> header;

    private Table(CSVPrinter printer) {
        this.printer = printer;
    }

    static Table create(Path file) throws IOException {
        return new Table(new CSVPrinter(Files.newBufferedWriter(file), CSVFormat.DEFAULT));
    }

    /** The name of a column. */
    static String name(String quantity, String owner) {
        return quantity + OWNED_BY + owner;
    }

    /** Of which quantity a column is. */
    static String quantity(String name) {
        return name.split(OWNED_BY)[0];
    }

    /** Whose a column is: its own where nobody was named. */
    static String owner(String name) {
        var parts = name.split(OWNED_BY);
        return parts[parts.length - 1];
    }

    /** The first row's names become the header; a later row may lack some. */
    void add(Map<String, Double> row) throws IOException {
        if (header == null) {
            header = new LinkedHashSet<>(row.keySet());
            printer.printRecord(header);
        }
        List<Object> cells = new ArrayList<>();
        header.forEach(name -> cells.add(row.get(name)));
        printer.printRecord(cells);
        printer.flush();
    }

    @Override
    public void close() throws IOException {
        printer.close();
    }
}
