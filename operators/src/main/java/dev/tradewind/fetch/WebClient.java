package dev.tradewind.fetch;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.tradewind.url.CanonicalUrl;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.asynchttpclient.AsyncHandler;
import org.asynchttpclient.AsyncHttpClient;
import org.asynchttpclient.AsyncHttpClientConfig.ResponseBodyPartFactory;
import org.asynchttpclient.DefaultAsyncHttpClient;
import org.asynchttpclient.DefaultAsyncHttpClientConfig;
import org.asynchttpclient.HttpResponseBodyPart;
import org.asynchttpclient.HttpResponseStatus;
import org.asynchttpclient.Request;
import org.asynchttpclient.RequestBuilder;
import org.asynchttpclient.netty.channel.ChannelManager;
import org.asynchttpclient.proxy.ProxyServer;
import org.asynchttpclient.uri.Uri;

/**
 * Sends one GET and collects what comes back, up to a number of decoded bytes and within a time that covers connection, TLS,
 * headers and body. Follows no redirect, keeps no cookie, knows no credentials, connects only to addresses that the guard
 * allows: the address judged is the address connected, over an idle connection too.
 */
final class WebClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofSeconds(5);

    /** However long their servers say: some say years. */
    private static final Duration NAMES_REMEMBERED = Duration.ofMinutes(10);

    private final EventLoop loop;
    private final AsyncHttpClient http;
    private final DnsNameResolver names;
    private final GuardedResolver resolver;
    private final boolean proxied;
    private final Cache<Pool, Boolean> pools;

    /** @param loop for timers and name queries; it is not closed here */
    WebClient(CrawlSettings settings, EventLoop loop, Standstill standstill) {
        this(settings, loop, standstill, DnsServerAddressStreamProviders.platformDefault(), Ticker.systemTicker());
    }

    /**
     * @param nameServers asked instead of the machine's
     * @param ticker tells when idle connections are forgotten
     */
    WebClient(
            CrawlSettings settings,
            EventLoop loop,
            Standstill standstill,
            DnsServerAddressStreamProvider nameServers,
            Ticker ticker) {
        this.loop = loop;
        proxied = settings.reach().proxy() != null;
        names = new DnsNameResolverBuilder(loop)
                .datagramChannelType(NioDatagramChannel.class)
                .socketChannelType(NioSocketChannel.class)
                .nameServerProvider(nameServers)
                .resolvedAddressTypes(ResolvedAddressTypes.IPV4_PREFERRED)
                .searchDomains(List.of())
                .queryTimeoutMillis(3_000)
                .ttl(0, (int) NAMES_REMEMBERED.toSeconds())
                .build();
        resolver = new GuardedResolver(new AddressGuard(settings.reach().allowAddresses()), names, loop);
        var config = new DefaultAsyncHttpClientConfig.Builder()
                .setThreadPoolName("tradewind-web")
                .setIoThreadsCount(Math.max(1, Runtime.getRuntime().availableProcessors()))
                .setUserAgent(settings.userAgent())
                .setCookieStore(null)
                .setFollowRedirect(false)
                .setMaxRequestRetry(0)
                .setHttp2Enabled(false)
                .setUseInsecureTrustManager(!settings.reach().verifyTls())
                .setDisableHttpsEndpointIdentificationAlgorithm(
                        !settings.reach().verifyTls())
                .setConnectTimeout(shorter(CONNECT_TIMEOUT, settings.limits().deadline()))
                .setHandshakeTimeout((int) settings.limits().deadline().toMillis())
                .setRequestTimeout(Duration.ofMillis(-1))
                .setReadTimeout(Duration.ofMillis(-1))
                .setPooledConnectionIdleTimeout(IDLE)
                .setConnectionPoolCleanerPeriod(Duration.ofSeconds(1))
                .setEnableAutomaticDecompression(false)
                .setHttpClientCodecMaxInitialLineLength(8 << 10)
                .setHttpClientCodecMaxHeaderSize(64 << 10)
                .setResponseBodyPartFactory(ResponseBodyPartFactory.LAZY)
                .setHttpAdditionalChannelInitializer(channel -> channel.pipeline()
                        .addBefore(ChannelManager.AHC_HTTP_HANDLER, "skip-hints", new SkipHints())
                        .addBefore(ChannelManager.AHC_HTTP_HANDLER, "standstill", standstill))
                .setShutdownQuietPeriod(Duration.ZERO)
                .setShutdownTimeout(Duration.ofSeconds(2));
        if (proxied) {
            config.setProxyServer(new ProxyServer.Builder(
                    settings.reach().proxyHost(), settings.reach().proxyPort()));
        }
        http = new DefaultAsyncHttpClient(config.build());
        pools = Caffeine.newBuilder()
                .ticker(ticker)
                .executor(Runnable::run)
                .expireAfterAccess(settings.limits().deadline().plus(IDLE.multipliedBy(2)))
                .removalListener(
                        (Pool pool, Boolean used, RemovalCause cause) -> http.flushChannelPoolPartitions(pool::equals))
                .build();
    }

    /**
     * Where a host is.
     *
     * @param addresses that may be connected, best first; empty behind a proxy
     * @param failure the {@link Outcome} that stands for why there is none, or null
     */
    record Place(List<InetAddress> addresses, String failure) {
        private static final Place BEHIND_PROXY = new Place(List.of(), null);

        /** That of this number, or the last one; null behind a proxy. */
        InetAddress address(int number) {
            return addresses.isEmpty() ? null : addresses.get(Math.min(number, addresses.size() - 1));
        }
    }

    /**
     * Where the host of {@code url} is; the future never fails.
     *
     * @param millis until the failure is {@link Outcome#DEADLINE}
     */
    CompletableFuture<Place> find(String url, long millis) {
        if (proxied) {
            return CompletableFuture.completedFuture(Place.BEHIND_PROXY);
        }
        var resolved = resolver.resolveAll(CanonicalUrl.host(url));
        if (resolved.isDone()) {
            return CompletableFuture.completedFuture(place(resolved));
        }
        var found = new CompletableFuture<Place>();
        var deadline = loop.schedule(
                () -> found.complete(new Place(List.of(), Outcome.DEADLINE)), millis, TimeUnit.MILLISECONDS);
        resolved.addListener(done -> {
            deadline.cancel(false);
            found.complete(place(resolved));
        });
        return found;
    }

    private static Place place(io.netty.util.concurrent.Future<List<InetAddress>> resolved) {
        return resolved.isSuccess()
                ? new Place(resolved.getNow(), null)
                : new Place(List.of(), failure(resolved.cause(), Phase.RESOLVING));
    }

    /**
     * An idle connection serves only who was told the very address that it leads to. The HTTP client closes what was idle for too
     * long and keeps the empty pool for ever, so it is told to forget it when no connection can be in it any more.
     *
     * @param address null behind a proxy
     */
    private record Pool(String origin, InetAddress address) {}

    private Pool pool(Uri uri, InetAddress address) {
        var pool = new Pool(uri.getBaseUrl(), address);
        pools.get(pool, used -> true);
        return pool;
    }

    /** How many pools of idle connections there are, empty ones included. */
    int pools() {
        var pools = new AtomicInteger();
        http.flushChannelPoolPartitions(pool -> pools.incrementAndGet() < 0);
        return pools.get();
    }

    /**
     * The reply; the future never fails.
     *
     * @param address where to connect, as {@link #find found}; null behind a proxy
     * @param millis until the outcome is {@link Outcome#DEADLINE}
     */
    CompletableFuture<Reply> send(Get get, InetAddress address, long millis) {
        var builder = new RequestBuilder("GET", true)
                .setUrl(get.url())
                .setHeader("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5")
                .setHeader("Accept-Language", "en,*;q=0.5")
                .setHeader("Accept-Encoding", ContentCoding.ACCEPTED)
                .setChannelPoolPartitioning((uri, host, proxy) -> pool(uri, address));
        if (get.cookies() != null) {
            builder.setHeader("Cookie", get.cookies());
        }
        if (!proxied) {
            builder.setNameResolver(resolver).setAddress(address);
        }
        return new Call(get, builder).within(millis);
    }

    @Override
    public void close() throws IOException {
        http.close();
        names.close();
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private enum Phase {
        RESOLVING,
        CONNECTING,
        SECURING,
        TALKING
    }

    /** One GET under way. */
    private final class Call {
        final Get get;
        final Request request;
        final CompletableFuture<Reply> reply = new CompletableFuture<>();
        volatile Receiver receiver;
        volatile Future<?> sending;

        Call(Get get, RequestBuilder builder) {
            this.get = get;
            request = build(builder);
        }

        private Request build(RequestBuilder builder) {
            try {
                return builder.build();
            } catch (IllegalArgumentException e) {
                return null;
            }
        }

        CompletableFuture<Reply> within(long millis) {
            if (request == null) {
                return CompletableFuture.completedFuture(Reply.failed(Outcome.BAD_URL));
            }
            Future<?> deadline;
            try {
                deadline = loop.schedule(this::expire, millis, TimeUnit.MILLISECONDS);
            } catch (java.util.concurrent.RejectedExecutionException e) {
                return CompletableFuture.completedFuture(Reply.failed(Outcome.CONNECTION_LOST));
            }
            send();
            return reply.whenComplete((done, none) -> deadline.cancel(false));
        }

        void send() {
            receiver = new Receiver(this);
            try {
                sending = http.executeRequest(request, receiver);
            } catch (RuntimeException e) {
                reply.complete(Reply.failed(failure(e, Phase.RESOLVING)));
                return;
            }
            if (reply.isDone()) {
                sending.cancel(true);
            }
        }

        void expire() {
            boolean connecting = receiver.phase == Phase.CONNECTING;
            if (reply.complete(Reply.failed(connecting ? Outcome.CONNECT_TIMEOUT : Outcome.DEADLINE))) {
                Future<?> now = sending;
                if (now != null) {
                    now.cancel(true);
                }
            }
        }
    }

    /** Collects a response as it arrives, on the connection's thread. */
    private final class Receiver implements AsyncHandler<Void> {
        final Call call;
        volatile Phase phase = Phase.RESOLVING;
        private volatile boolean pooled;
        private HttpResponseStatus status;
        private List<String> headers = List.of();
        private byte[] body = new byte[0];
        private int size;
        private boolean truncated;
        private List<String> codings = List.of();

        Receiver(Call call) {
            this.call = call;
        }

        @Override
        public void onTcpConnectAttempt(InetSocketAddress remoteAddress) {
            phase = Phase.CONNECTING;
        }

        @Override
        public void onTlsHandshakeAttempt() {
            phase = Phase.SECURING;
        }

        @Override
        public void onConnectionPooled(io.netty.channel.Channel connection) {
            pooled = true;
        }

        @Override
        public void onRequestSend(org.asynchttpclient.netty.request.NettyRequest request) {
            phase = Phase.TALKING;
        }

        @Override
        public State onStatusReceived(HttpResponseStatus responseStatus) {
            status = responseStatus;
            return State.CONTINUE;
        }

        @Override
        public State onHeadersReceived(HttpHeaders received) {
            headers = new ArrayList<>(2 * received.size());
            received.iteratorAsString().forEachRemaining(header -> {
                headers.add(header.getKey());
                headers.add(header.getValue());
            });
            codings = ContentCoding.named(received).orElse(null);
            if (codings == null || isGood() && !call.get.wanted().test(received.get("content-type"))) {
                truncated = true;
                return State.ABORT;
            }
            long announced = received.getInt("content-length", 0);
            body = new byte[(int) Math.max(4 << 10, Math.min(announced, call.get.maxBytes()))];
            return State.CONTINUE;
        }

        @Override
        public State onBodyPartReceived(HttpResponseBodyPart part) {
            ByteBuf bytes = part.getBodyByteBuf();
            int length = Math.min(bytes.readableBytes(), call.get.maxBytes() - size);
            truncated = length < bytes.readableBytes();
            if (size + length > body.length) {
                body = Arrays.copyOf(body, Math.min(call.get.maxBytes(), Math.max(size + length, 2 * body.length)));
            }
            bytes.getBytes(bytes.readerIndex(), body, size, length);
            size += length;
            return truncated ? State.ABORT : State.CONTINUE;
        }

        @Override
        public void onThrowable(Throwable t) {
            String outcome = failure(t, phase);
            boolean stale = outcome.equals(Outcome.CONNECTION_LOST) && pooled && status == null;
            call.reply.complete(new Reply(outcome, null, stale));
        }

        @Override
        public Void onCompleted() {
            boolean sane = status != null && status.getStatusCode() >= 200 && status.getStatusCode() <= 999;
            call.reply.complete(sane ? reply() : Reply.failed(Outcome.BAD_RESPONSE));
            return null;
        }

        private Reply reply() {
            var decoded = codings == null ? null : decode();
            if (decoded == null && isGood()) {
                return Reply.failed(Outcome.BAD_RESPONSE);
            }
            return Reply.of(new Exchange(
                    call.get.url(),
                    status.getStatusCode(),
                    status.getStatusText(),
                    headers,
                    decoded == null ? new byte[0] : decoded.bytes(),
                    decoded == null || decoded.cut(),
                    Instant.now()));
        }

        private ContentCoding.Decoded decode() {
            byte[] whole = size == body.length ? body : Arrays.copyOf(body, size);
            return ContentCoding.decode(whole, truncated, codings, call.get.maxBytes())
                    .orElse(null);
        }

        private boolean isGood() {
            return status.getStatusCode() / 100 == 2;
        }
    }

    private static String failure(Throwable thrown, Phase phase) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof GuardedResolver.BlockedAddressException) {
                return Outcome.BLOCKED_ADDRESS;
            } else if (t instanceof UnknownHostException) {
                return Outcome.DNS_FAILURE;
            } else if (t instanceof ConnectTimeoutException) {
                return Outcome.CONNECT_TIMEOUT;
            } else if (t instanceof SSLException) {
                return Outcome.TLS_FAILURE;
            }
        }
        return switch (phase) {
            case RESOLVING -> thrown instanceof IOException ? Outcome.DNS_FAILURE : Outcome.CONNECTION_LOST;
            case CONNECTING -> thrown instanceof ConnectException
                    ? Outcome.CONNECTION_REFUSED
                    : Outcome.CONNECTION_LOST;
            case SECURING -> Outcome.TLS_FAILURE;
            case TALKING -> thrown instanceof IOException ? Outcome.CONNECTION_LOST : Outcome.BAD_RESPONSE;
        };
    }
}
