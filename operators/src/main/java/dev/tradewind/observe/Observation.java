package dev.tradewind.observe;

import dev.tradewind.business.Business;
import dev.tradewind.fetch.Page;
import java.util.List;

/**
 * All that one visit saw: what the model judges from.
 *
 * @param pages the pages that could be read, numbered from 1 in the order visited (the home page first), then the ones that
 *     could not, numbered on
 * @param complete whether the visit ended by itself; false when the window's backstop had to end it
 */
public record Observation(Business business, List<Page> pages, boolean complete) {

    public List<Page> readPages() {
        return pages.stream().filter(Page::read).toList();
    }
}
