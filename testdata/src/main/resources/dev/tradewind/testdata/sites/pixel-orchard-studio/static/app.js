document.getElementById("root").innerHTML =
    "<h1>Pixel Orchard</h1><p>We design logos, brands and web sites for growers, bakers and makers.</p>";
