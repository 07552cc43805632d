package dev.tradewind.jobs;

import dev.tradewind.business.Business;
import dev.tradewind.fetch.FetchedPage;
import dev.tradewind.fetch.Outcome;
import dev.tradewind.fetch.Page;
import dev.tradewind.html.Link;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Sites that never were, as large as real ones: lengths are the deciles of 178 recorded business sites (766 pages that were read,
 * 178 home pages), words are made of syllables and as unevenly frequent as words are. The same site is the same each time.
 */
final class MadeUpSites {
    private static final int[] HOME_TEXT = {444, 1216, 1836, 2509, 3191, 3912, 4948, 6178, 7580, 8000};
    private static final int[] INNER_TEXT = {276, 683, 1072, 1433, 1827, 2431, 2852, 3629, 4665, 7601};
    private static final int[] LINKS = {1, 4, 6, 7, 9, 11, 13, 18, 23, 43};
    private static final int TITLE = 43;
    private static final int NAME = 21;
    private static final int LINK_PATH = 20;
    private static final int LINK_TEXT = 18;
    private static final int WORDS = 8_000;
    private static final int TALK = 4_000_000;
    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    private static final String SYLLABLES = "ka lo mi ren ta vu sel dor bin pa gro ne fal ti zu mar es ol";

    private final String talk;

    MadeUpSites() {
        var random = new Random(1);
        List<String> words = new ArrayList<>();
        while (words.size() < WORDS) {
            words.add(word(random));
        }
        var said = new StringBuilder();
        while (said.length() < TALK) {
            // As in any language, the n-th word comes about 1/n times as often as the first.
            said.append(words.get((int) Math.pow(WORDS, random.nextDouble()) - 1))
                    .append(' ');
        }
        talk = said.toString();
    }

    private static String word(Random random) {
        var syllables = SYLLABLES.split(" ");
        var word = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            word.append(syllables[random.nextInt(syllables.length)]);
        }
        return word.toString();
    }

    /** The home page of a site, from which its other pages are planned. */
    FetchedPage home(int site) {
        var random = new Random(site);
        var url = "http://www." + word(random) + site + ".example";
        List<Link> links = new ArrayList<>();
        for (int i = decile(LINKS, random); i > 0; i--) {
            var path = text(LINK_PATH, random).replace(' ', '-');
            links.add(new Link(url + "/" + path, text(LINK_TEXT, random)));
        }
        return page(site, 1, url + "/", decile(HOME_TEXT, random), 1, links, random);
    }

    /** One of the other pages of a site; it does not tell how many are due. */
    FetchedPage inner(int site, int order) {
        var random = new Random(-site * 31L - order);
        var url = "http://www." + word(new Random(site)) + site + ".example/"
                + text(LINK_PATH, random).replace(' ', '-');
        return page(site, order, url, decile(INNER_TEXT, random), 0, List.of(), random);
    }

    private FetchedPage page(int site, int order, String url, int chars, int due, List<Link> links, Random random) {
        var business = new Business(
                "business-" + (1_000_000_000L + site),
                text(NAME, random),
                url,
                "businesses-7@" + (1_000_000L + site),
                NOON);
        var page = new Page(
                order,
                url,
                order == 1 ? 0 : 100,
                order == 1 ? "" : text(LINK_TEXT, random),
                order == 1 ? 0 : 1,
                text(TITLE, random),
                text(chars, random),
                200,
                Outcome.READ,
                50_000,
                120,
                NOON.plusSeconds(order));
        return new FetchedPage(business, url, null, page, due, 60_000, links, List.of(), 0, null);
    }

    private String text(int chars, Random random) {
        int from = random.nextInt(talk.length() - chars);
        return talk.substring(from, from + chars);
    }

    private static int decile(int[] deciles, Random random) {
        return deciles[random.nextInt(deciles.length)];
    }
}
