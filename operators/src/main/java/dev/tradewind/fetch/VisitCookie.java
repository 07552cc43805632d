package dev.tradewind.fetch;

/**
 * A cookie that a site gave during a visit, as it travels from one round of fetches to the next. It is sent to no one but the
 * site, and written nowhere.
 *
 * @param host that gave it, or the domain that the host meant it for
 * @param subdomains whether hosts below {@code host} get it, too
 * @param path where its part of the site begins
 * @param secure whether it must not be sent in the clear
 */
public record VisitCookie(String host, boolean subdomains, String path, boolean secure, String name, String value) {

    int size() {
        return host.length() + path.length() + name.length() + value.length();
    }

    boolean replaces(VisitCookie other) {
        return host.equals(other.host) && path.equals(other.path) && name.equals(other.name);
    }

    /** Without the value, which is nobody's business. */
    @Override
    public String toString() {
        return "VisitCookie[" + name + " of " + host + path + "]";
    }
}
