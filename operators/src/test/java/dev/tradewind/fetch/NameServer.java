package dev.tradewind.fetch;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A real DNS name server on loopback. Its answers may be kept for no time, unless told. */
final class NameServer implements AutoCloseable {
    private volatile int lifetime;
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Map<String, Queue<List<String>>> answers = new ConcurrentHashMap<>();
    private final Map<String, String> aliases = new ConcurrentHashMap<>();
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final InetSocketAddress address;

    NameServer() {
        var channel = new Bootstrap()
                .group(loops)
                .channel(NioDatagramChannel.class)
                .handler(new ChannelInitializer<DatagramChannel>() {
                    @Override
                    protected void initChannel(DatagramChannel opened) {
                        opened.pipeline()
                                .addLast(
                                        new DatagramDnsQueryDecoder(), new DatagramDnsResponseEncoder(), new Answers());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
        address = (InetSocketAddress) channel.localAddress();
    }

    DnsServerAddressStreamProvider provider() {
        return new SingletonDnsServerAddressStreamProvider(address);
    }

    /** For how many seconds answers hold; 0 unless told. */
    NameServer lifetime(int seconds) {
        lifetime = seconds;
        return this;
    }

    /** The name has these addresses, of either family. */
    NameServer name(String name, String... addresses) {
        return then(name, addresses);
    }

    /** Said of a name that has addresses: it has these from the second question of a family on. */
    NameServer then(String name, String... addresses) {
        for (String family : List.of("A", "AAAA")) {
            boolean v6 = family.equals("AAAA");
            answers.computeIfAbsent(family + " " + name, key -> new ConcurrentLinkedQueue<>())
                    .add(List.of(addresses).stream()
                            .filter(each -> each.contains(":") == v6)
                            .toList());
        }
        return this;
    }

    NameServer alias(String name, String target) {
        aliases.put(name, target);
        return this;
    }

    /** Questions so far, such as {@code A joes.example}. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private final class Answers extends SimpleChannelInboundHandler<DatagramDnsQuery> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) {
            DnsQuestion question = query.recordAt(DnsSection.QUESTION);
            var response = new DatagramDnsResponse(query.recipient(), query.sender(), query.id());
            response.addRecord(
                    DnsSection.QUESTION, new DefaultDnsQuestion(question.name(), question.type(), question.dnsClass()));
            String name = question.name().substring(0, question.name().length() - 1);
            asked.add(question.type().name() + " " + name);
            for (String target; (target = aliases.get(name)) != null; name = target) {
                add(response, name, DnsRecordType.CNAME, encoded(target));
            }
            var left = answers.get(question.type().name() + " " + name);
            if (left == null) {
                response.setCode(DnsResponseCode.NXDOMAIN);
            } else {
                for (String each : left.size() > 1 ? left.poll() : left.peek()) {
                    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(each);
                    add(response, name, question.type(), Unpooled.wrappedBuffer(bytes));
                }
            }
            context.writeAndFlush(response);
        }

        private void add(DatagramDnsResponse response, String name, DnsRecordType type, ByteBuf content) {
            response.addRecord(DnsSection.ANSWER, new DefaultDnsRawRecord(name + ".", type, lifetime, content));
        }

        private static ByteBuf encoded(String name) {
            var encoded = Unpooled.buffer();
            for (String label : name.split("\\.")) {
                encoded.writeByte(label.length())
                        .writeBytes(label.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            }
            return encoded.writeByte(0);
        }
    }
}
