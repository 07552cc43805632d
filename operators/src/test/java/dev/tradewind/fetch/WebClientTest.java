package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.testdata.LoopbackWeb;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WebClientTest {
    private final LoopbackWeb web = LoopbackWeb.start();
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final AtomicLong now = new AtomicLong();
    private final EventLoop loop = loops.next();
    private final WebClient client = new WebClient(
            LoopbackCrawl.within(Duration.ofSeconds(5)),
            loop,
            new Standstill(loop, System::nanoTime),
            DnsServerAddressStreamProviders.platformDefault(),
            now::get);

    @AfterEach
    void close() throws Exception {
        client.close();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).sync();
        web.close();
    }

    @Test
    void findsTheAddressesThatItMayConnect() {
        assertThat(find(web.url("joes", "/")).address(0).getHostAddress()).isEqualTo("127.0.0.1");
        assertThat(find("http://10.0.0.1/").failure()).isEqualTo("blocked-address");
        assertThat(find("http://nosuch.invalid/").failure()).isEqualTo("dns-failure");
    }

    @Test
    void usesNoIdleConnectionToAnotherAddressThanTheOneJudgedNow() throws Exception {
        web.site("joes").page("/", "Welcome");

        assertThat(get("127.0.0.1").status()).isEqualTo(200);
        assertThat(get("127.0.0.2").failure()).isEqualTo("connection-refused");
        assertThat(get("127.0.0.1").status()).isEqualTo(200);
        assertThat(web.requests()).hasSize(2);
    }

    @Test
    @Timeout(60)
    void keepsNothingOfHostsThatAreNotAskedAnyMore() throws Exception {
        for (int i = 0; i < 20; i++) {
            get("host-" + i, "127.0.0.1");
        }
        awaitPools(20);

        now.addAndGet(Duration.ofMinutes(1).toNanos());
        get("another-host", "127.0.0.1");

        awaitPools(1);
    }

    /** A connection becomes idle a moment after its reply is there. */
    private void awaitPools(int pools) {
        while (client.pools() != pools) {
            Thread.onSpinWait();
        }
    }

    private WebClient.Place find(String url) {
        return client.find(url, 5_000).orTimeout(20, TimeUnit.SECONDS).join();
    }

    private Reply get(String address) throws Exception {
        return get("joes", address);
    }

    private Reply get(String host, String address) throws Exception {
        return client.send(
                        new Get(web.url(host, "/"), null, 1 << 10, type -> true), InetAddress.getByName(address), 5_000)
                .get(20, TimeUnit.SECONDS);
    }
}
