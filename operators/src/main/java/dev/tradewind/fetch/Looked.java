package dev.tradewind.fetch;

import java.util.ArrayList;
import java.util.List;

/**
 * What a visit has looked at so far, so that no page is looked at, or counted, twice.
 *
 * @param pages how many looks there were
 * @param urls the urls asked for, the urls they ended at and what the pages there go by as well
 * @param read fingerprints of what was read: the texts, and the urls that they go by
 */
public record Looked(int pages, List<String> urls, List<Long> read) {

    public static final Looked NOTHING = new Looked(0, List.of(), List.of());

    /** @param canonical what the page goes by beside its url, or null */
    public Looked plus(String asked, String canonical, Page page) {
        var allUrls = new ArrayList<>(urls);
        allUrls.add(asked);
        if (!page.url().equals(asked)) {
            allUrls.add(page.url());
        }
        if (canonical != null) {
            allUrls.add(canonical);
        }
        var allRead = new ArrayList<>(read);
        if (page.read()) {
            allRead.add(fingerprint(page.url()));
            if (canonical != null) {
                allRead.add(fingerprint(canonical));
            }
            if (!page.text().isEmpty()) {
                allRead.add(fingerprint(page.text()));
            }
        }
        return new Looked(pages + 1, allUrls, allRead);
    }

    /** @param textOrUrl what a page says, or what it goes by */
    public boolean hasRead(String textOrUrl) {
        return read.contains(fingerprint(textOrUrl));
    }

    /** FNV-1a over 64 bits. */
    private static long fingerprint(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }
}
