package dev.tradewind.business;

/** The stable words for why a line names no business, or records no page. */
public final class Fault {
    public static final String BAD_URL = "bad-url";
    public static final String NOT_A_PAGE = "not-a-page";
    public static final String NOT_CSV = "not-csv";
    public static final String NOT_JSON = "not-json";
    public static final String NOT_TEXT = "not-text";
    public static final String NO_ID = "no-id";
    public static final String NO_URL = "no-url";
    public static final String TOO_LONG = "too-long";
    public static final String UNSUPPORTED_SCHEME = "unsupported-scheme";

    private Fault() {}
}
