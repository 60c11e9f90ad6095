import java.io.File;
import java.io.FileInputStream;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.ws.security.WSConstants;
import org.apache.ws.security.WSEncryptionPart;
import org.apache.ws.security.WSSecurityEngine;
import org.apache.ws.security.WSSecurityEngineResult;
import org.apache.ws.security.components.crypto.Merlin;
import org.apache.ws.security.message.WSSecHeader;
import org.apache.ws.security.message.WSSecSignature;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** A WS-Security peer: Apache WSS4J. Usage: MODE STORE PASSWORD MESSAGE; signed message, or OK, on stdout. */
public class Wss4jPeer {
    public static void main(String[] args) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new FileInputStream(args[1]), args[2].toCharArray());
        Merlin crypto = new Merlin();
        crypto.setKeyStore(store);
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("ca", store.getCertificateChain("signer")[1]);
        crypto.setTrustStore(trust);
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Document doc = factory.newDocumentBuilder().parse(new File(args[3]));
        if (args[0].equals("verify")) {
            verify(doc, crypto);
        } else {
            sign(doc, crypto, args[2]);
        }
    }

    static void verify(Document doc, Merlin crypto) throws Exception {
        List<WSSecurityEngineResult> results = new WSSecurityEngine().processSecurityHeader(doc, null, null, crypto);
        boolean signed = false;
        for (WSSecurityEngineResult result : results) {
            signed |= WSConstants.SIGN == (Integer) result.get(WSSecurityEngineResult.TAG_ACTION);
        }
        if (!signed) {
            throw new Exception("no signature seen");
        }
        System.out.println("OK");
    }

    static void sign(Document doc, Merlin crypto, String password) throws Exception {
        Element old = (Element) doc.getElementsByTagNameNS(WSConstants.WSSE_NS, "BinarySecurityToken").item(0);
        old.getParentNode().removeChild(old);
        WSSecHeader header = new WSSecHeader();
        header.insertSecurityHeader(doc);
        WSSecSignature signature = new WSSecSignature();
        signature.setUserInfo("signer", password);
        signature.setKeyIdentifierType(WSConstants.BST_DIRECT_REFERENCE);
        signature.setSignatureAlgorithm("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256");
        signature.setDigestAlgo("http://www.w3.org/2001/04/xmlenc#sha256");
        signature.setParts(Arrays.asList(
            new WSEncryptionPart("Body", WSConstants.URI_SOAP11_ENV, "Content"),
            new WSEncryptionPart("Timestamp", WSConstants.WSU_NS, "")));
        signature.build(doc, crypto, header);
        Transformer out = TransformerFactory.newInstance().newTransformer();
        out.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
        out.transform(new DOMSource(doc), new StreamResult(System.out));
    }
}
