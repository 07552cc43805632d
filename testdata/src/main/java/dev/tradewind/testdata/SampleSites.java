package dev.tradewind.testdata;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Fourteen web sites of small businesses, written for this project, each built in another way: plain and nested navigation,
 * one page without links, dead links, latin-1, {@code <base>}, redirects, links with queries, image links, a parked domain, a
 * script-only shell, robots forbidden. Names, addresses and numbers are made up.
 */
public final class SampleSites {

    private static final String FOLDER = "dev/tradewind/testdata/sites";
    private static final Folder RESOURCES = Folder.ofResources(FOLDER);

    /**
     * What the answer for a sample business ought to be; for measuring, never shown to a model.
     *
     * @param industries ids of which each is right; empty where there is nothing to judge from
     * @param status {@code classified}, {@code abstained} or {@code failed}
     * @param reason null when classified
     * @param pages how many pages can be read, five at most
     */
    public record Expected(List<String> industries, String status, String reason, int pages) {}

    private record Row(String id, String site, String name) {}

    private SampleSites() {}

    /** Puts all of them on the web, each under the name of its folder. */
    public static void serve(LoopbackWeb web) {
        for (var row : rows()) {
            web.serve(row.site, FOLDER + "/" + row.site);
        }
    }

    /** Puts the site of a sample business on the web once more, under another name. */
    public static Site serve(LoopbackWeb web, String id, String name) {
        return web.serve(name, FOLDER + "/" + sites().get(id));
    }

    /** The businesses as the crawler's input: CSV with the header {@code id,name,url}; one of them has no name. */
    public static String businesses(LoopbackWeb web) {
        var csv = new StringBuilder("id,name,url\n");
        for (var row : rows()) {
            var name = row.name.contains(",") ? '"' + row.name + '"' : row.name;
            csv.append(row.id)
                    .append(',')
                    .append(name)
                    .append(',')
                    .append(web.url(row.site, "/"))
                    .append('\n');
        }
        return csv.toString();
    }

    /** The site's name on the web by the business's id, in the order of {@link #businesses}. */
    public static Map<String, String> sites() {
        Map<String, String> sites = new LinkedHashMap<>();
        rows().forEach(row -> sites.put(row.id, row.site));
        return sites;
    }

    /** The business's name by its id, in the order of {@link #businesses}; empty where it has none. */
    public static Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        rows().forEach(row -> names.put(row.id, row.name));
        return names;
    }

    /** By the business's id, in the order of {@link #businesses}. */
    public static Map<String, Expected> expected() {
        Map<String, Expected> expected = new LinkedHashMap<>();
        for (var cells : cells("expected.csv", 5)) {
            var industries = Arrays.stream(cells[1].split("\\|"))
                    .filter(industry -> !industry.isEmpty())
                    .toList();
            expected.put(
                    cells[0],
                    new Expected(
                            industries, cells[2], cells[3].isEmpty() ? null : cells[3], Integer.parseInt(cells[4])));
        }
        return expected;
    }

    private static List<Row> rows() {
        return cells("sites.csv", 3).stream()
                .map(cells -> new Row(cells[0], cells[1], cells[2]))
                .toList();
    }

    /** Lines without their header, split at the first commas: what is beyond belongs to the last cell. */
    private static List<String[]> cells(String file, int count) {
        return RESOURCES.lines(file).stream()
                .skip(1)
                .map(line -> line.split(",", count))
                .toList();
    }
}
