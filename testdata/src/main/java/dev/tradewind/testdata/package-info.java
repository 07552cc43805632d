/**
 * A small web for tests and for the demo: {@link dev.tradewind.testdata.LoopbackWeb} is a real HTTP/1.1 server on 127.0.0.1 that
 * answers for many sites, soundly or with a named fault; {@link dev.tradewind.testdata.SampleSites} are business web sites
 * written for this project, {@link dev.tradewind.testdata.FaultWeb} the faults with the answer that each must lead to.
 *
 * <p>Limits: no TLS, no HTTP/2, no proxy requests, one thread for each open connection; nothing here is a real business.
 */
package dev.tradewind.testdata;
