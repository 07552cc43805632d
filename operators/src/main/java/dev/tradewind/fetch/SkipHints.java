package dev.tradewind.fetch;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ReferenceCountUtil;

/** Drops what a server says while it works on its answer (102, 103), which the HTTP client would take for the answer. */
final class SkipHints extends ChannelInboundHandlerAdapter {
    private boolean hint;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpResponse response) {
            int status = response.status().code();
            hint = status == 102 || status == 103;
        }
        if (hint) {
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }
}
