package dev.tradewind.fetch;

import java.util.ArrayList;
import java.util.List;

/**
 * What a visit has looked at so far, so that no page is looked at, or counted, twice.
 *
 * @param pages how many looks there were
 * @param urls the urls asked for and the urls they ended at
 * @param texts fingerprints of the texts that were read
 */
public record Looked(int pages, List<String> urls, List<Long> texts) {

    public static final Looked NOTHING = new Looked(0, List.of(), List.of());

    public Looked plus(String asked, Page page) {
        var allUrls = new ArrayList<>(urls);
        allUrls.add(asked);
        if (!page.url().equals(asked)) {
            allUrls.add(page.url());
        }
        var allTexts = new ArrayList<>(texts);
        if (page.read() && !page.text().isEmpty()) {
            allTexts.add(fingerprint(page.text()));
        }
        return new Looked(pages + 1, allUrls, allTexts);
    }

    public boolean hasRead(String text) {
        return texts.contains(fingerprint(text));
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
